/* wire.h: what the C programs of the bench share: clock, bytes that grow, WebSocket frames, fields.
 *
 * Header only, so that each program is one `cc file.c`. Nothing here needs a library beyond libc.
 */
#ifndef HOLDFAST_BENCH_WIRE_H
#define HOLDFAST_BENCH_WIRE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WIRE static inline __attribute__((unused))

typedef struct {
    char *p;
    int n, cap;
} Bytes;

WIRE uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

WIRE void bytes_room(Bytes *b, int more) {
    if (b->n + more <= b->cap) return;
    b->cap = (b->n + more) * 2 + 1024;
    b->p = realloc(b->p, (size_t)b->cap);
    if (!b->p) abort();
}

WIRE void bytes_add(Bytes *b, const void *p, int n) {
    bytes_room(b, n);
    memcpy(b->p + b->n, p, (size_t)n);
    b->n += n;
}

/* Forget the first n bytes. */
WIRE void bytes_drop(Bytes *b, int n) {
    memmove(b->p, b->p + n, (size_t)(b->n - n));
    b->n -= n;
}

/* Numbers as letters a-p, so that a benchmark's words never look like a telephone number; each place
   begins elsewhere in them, so that zeros are no stretched letter, which rules read with care. */
WIRE void to_letters(char *out, uint64_t v, int n) {
    for (int i = n - 1; i >= 0; i--, v >>= 4) out[i] = (char)('a' + ((v + 5u * (unsigned)i) & 15));
}

WIRE uint64_t from_letters(const char *p, int n) {
    uint64_t v = 0;
    for (int i = 0; i < n; i++) v = v << 4 | (uint64_t)((p[i] - 'a' - 5 * i) & 15);
    return v;
}

/* The value after `mark` (such as `"nonce":"`), or NULL. No escapes: our own frames have none. */
WIRE const char *after(const char *json, int n, const char *mark) {
    size_t m = strlen(mark);
    const char *at = memmem(json, (size_t)n, mark, m);
    return at ? at + m : NULL;
}

WIRE int until_quote(const char *p, const char *end) {
    const char *q = memchr(p, '"', (size_t)(end - p));
    return q ? (int)(q - p) : (int)(end - p);
}

/* Header of a final text frame from the server; `mask` is added by a client. Returns its length. */
WIRE int frame_header(uint8_t *out, int n, const uint8_t *mask) {
    int h = 0;
    uint8_t masked = mask ? 0x80 : 0;
    out[h++] = 0x81;
    if (n < 126) {
        out[h++] = masked | (uint8_t)n;
    } else {
        out[h++] = masked | 126;
        out[h++] = (uint8_t)(n >> 8);
        out[h++] = (uint8_t)n;
    }
    if (mask) {
        memcpy(out + h, mask, 4);
        h += 4;
    }
    return h;
}

typedef struct {
    int opcode, head;  /* head: bytes before the payload, mask included */
    uint64_t length;   /* of the payload */
} Frame;

/* Read one frame header from n bytes; 0 while it is not all there. */
WIRE int frame_read(const uint8_t *p, int n, Frame *f) {
    if (n < 2) return 0;
    f->opcode = p[0] & 15;
    f->length = p[1] & 127;
    f->head = 2;
    if (f->length == 126) {
        if (n < 4) return 0;
        f->length = (uint64_t)p[2] << 8 | p[3];
        f->head = 4;
    } else if (f->length == 127) {
        if (n < 10) return 0;
        f->length = 0;
        for (int i = 0; i < 8; i++) f->length = f->length << 8 | p[2 + i];
        f->head = 10;
    }
    if (p[1] & 128) f->head += 4;
    return (uint64_t)n >= (uint64_t)f->head + f->length;
}

WIRE uint32_t rotl(uint32_t x, int k) { return x << k | x >> (32 - k); }

WIRE void sha1_block(uint32_t s[5], const uint8_t *p) {
    uint32_t w[80], a = s[0], b = s[1], c = s[2], d = s[3], e = s[4];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 | (uint32_t)p[4 * i + 2] << 8 |
               p[4 * i + 3];
    for (int i = 16; i < 80; i++) w[i] = rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (int i = 0; i < 80; i++) {
        uint32_t f = i < 20   ? (b & c) | (~b & d)
                     : i < 40 ? b ^ c ^ d
                     : i < 60 ? (b & c) | (b & d) | (c & d)
                              : b ^ c ^ d;
        uint32_t k = i < 20 ? 0x5A827999 : i < 40 ? 0x6ED9EBA1 : i < 60 ? 0x8F1BBCDC : 0xCA62C1D6;
        uint32_t t = rotl(a, 5) + f + e + k + w[i];
        e = d, d = c, c = rotl(b, 30), b = a, a = t;
    }
    s[0] += a, s[1] += b, s[2] += c, s[3] += d, s[4] += e;
}

/* Only for short input (a WebSocket key with its constant: 60 bytes; at most 119). */
WIRE void sha1_short(const char *in, int n, uint8_t out[20]) {
    uint32_t s[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    uint8_t block[128] = {0};
    int size = n < 56 ? 64 : 128;
    memcpy(block, in, (size_t)n);
    block[n] = 0x80;
    block[size - 2] = (uint8_t)(n * 8 >> 8);
    block[size - 1] = (uint8_t)(n * 8);
    for (int i = 0; i < size; i += 64) sha1_block(s, block + i);
    for (int i = 0; i < 20; i++) out[i] = (uint8_t)(s[i / 4] >> (24 - 8 * (i % 4)));
}

/* Sec-WebSocket-Accept (28 letters and a zero) for a Sec-WebSocket-Key. */
WIRE void accept_key(const char *key, int n, char out[29]) {
    static const char b64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char joined[120];
    uint8_t d[21] = {0};
    int all = snprintf(joined, sizeof joined, "%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", n > 60 ? 60 : n, key);
    sha1_short(joined, all, d);
    for (int i = 0, o = 0; i < 21; i += 3) {
        uint32_t v = (uint32_t)d[i] << 16 | (uint32_t)d[i + 1] << 8 | d[i + 2];
        for (int k = 18; k >= 0; k -= 6) out[o++] = b64[v >> k & 63];
    }
    out[27] = '=';
    out[28] = 0;
}

#endif
