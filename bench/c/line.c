/* line.c: one member's line to the server: handshake, enter, post, and what is heard. */
#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_AT_ONCE (1 << 20)

static const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d};
static const char filler[] = "it was a long night and the kettle is on again, tell me how yours went ";

/* All of it, or none of it (then false). A server that stops reading makes us wait at most 100 ms. */
static bool write_all(Member *m, const char *p, int n) {
    ssize_t r = send(m->fd, p, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (r == n) return true;
    int gone = r > 0 ? (int)r : 0;
    for (int tries = 0; gone && gone < n && tries < 100; tries++) {
        struct pollfd writable = {m->fd, POLLOUT, 0};
        poll(&writable, 1, 1);
        r = send(m->fd, p + gone, (size_t)(n - gone), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (r > 0) gone += (int)r;
    }
    return gone == n;
}

static bool say(Member *m, const char *json, int n) {
    uint8_t frame[8300];
    int h = frame_header(frame, n, mask);
    for (int i = 0; i < n; i++) frame[h + i] = (uint8_t)json[i] ^ mask[i & 3];
    return write_all(m, (char *)frame, h + n);
}

/* The line has ended; the first time, say how: with a close code, or 0 when it was cut. */
static void gone(Thread *t, Member *m, int code) {
    if (m->state == GONE) return;
    m->state = GONE;
    close(m->fd);
    if (atomic_load(&phase) == OVER) return;
    if (!t->closed++) fprintf(stderr, "a line was closed: %d\n", code);
}

/* Connect and ask for the upgrade; the answer is heard later. */
void come_in(Thread *t, Member *m) {
    int port = options.ports[m->id % options.n_ports];
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    m->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (m->fd < 0 || connect(m->fd, (void *)&a, sizeof a)) {
        perror("connect");
        exit(2);
    }
    setsockopt(m->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(m->fd, F_SETFL, O_NONBLOCK);
    char ask[1024];
    int n = snprintf(ask, sizeof ask,
                     "GET /live HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: holdfast.v1\r\n"
                     "Authorization: Bearer %s\r\n\r\n", port, tokens[m->id]);
    m->state = SHAKING;
    m->left.n = 0;
    m->replayed = 0;
    if (!write_all(m, ask, n)) gone(t, m, 0);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = m};
    epoll_ctl(t->epoll, EPOLL_CTL_ADD, m->fd, &e);
}

static void enter(Member *m) {
    Place *p = &places[m->room];
    char o[400];
    int n = m->returning ? snprintf(o, sizeof o,
                                    "{\"do\":\"enter\",\"room\":\"%s\",\"since\":%lu,\"epoch\":\"%s\"}",
                                    p->slug, (unsigned long)p->head, p->epoch)
                         : snprintf(o, sizeof o, "{\"do\":\"enter\",\"room\":\"%s\"}", p->slug);
    m->state = ENTERING;
    say(m, o, n);
}

/* One post. `at` is when it should have been said: a late sender is the server's delay, too. */
void say_something(Thread *t, Member *m, uint64_t at) {
    uint32_t number = atomic_fetch_add(&posts_made, 1);
    Post *post = &posts[number % POSTS];
    char stamp[STAMP], o[8200];
    to_letters(stamp, at, 16);
    to_letters(stamp + 16, number, 8);
    int n = snprintf(o, sizeof o, "{\"do\":\"post\",\"room\":\"%s\",\"nonce\":\"%.24s\",\"text\":\"%.24s ",
                     places[m->room].slug, stamp, stamp);
    for (int i = STAMP + 1; i < options.text; i++) o[n++] = filler[i % (int)(sizeof filler - 1)];
    if (o[n - 1] == ' ') o[n - 1] = '.'; /* words are kept as trimmed: end with something */
    o[n++] = '"';
    o[n++] = '}';
    post->author = m->id;
    atomic_store(&post->readers, options.members);
    if (!say(m, o, n)) {
        t->stalled++;
        return;
    }
    m->sent++;
    t->sent++;
    atomic_fetch_add(&unread, 1);
    atomic_fetch_add(&unacked, 1);
}

/* Closed loop: the next one when one of mine is both accepted and read by me. */
static void keep_window(Thread *t, Member *m) {
    if (!m->sends || options.rate > 0 || options.mode == IDLE) return;
    if (options.mode == STORM && m->sent >= (uint32_t)options.missed) return;
    uint32_t done = m->acked < m->heard ? m->acked : m->heard;
    while (atomic_load(&phase) < DRAINING && m->sent - done < (uint32_t)options.window) {
        uint32_t before = m->sent;
        say_something(t, m, now_ns());
        if (m->sent == before) return;
    }
}

static void on_posted(Thread *t, Member *m, const char *p, int n, uint64_t now) {
    static const char mark[] = "\"text\":\"";
    const int length = sizeof mark - 1;
    if (t->text_at + length + STAMP > n || memcmp(p + t->text_at, mark, (size_t)length)) {
        const char *found = memmem(p, (size_t)n, mark, (size_t)length);
        if (!found || found + length + STAMP > p + n) return;
        t->text_at = (int)(found - p);
    }
    if (m->returning) {
        m->replayed++;
        return;
    }
    const char *stamp = p + t->text_at + length;
    uint64_t at = from_letters(stamp, 16), took = now > at ? now - at : 0;
    Post *post = &posts[from_letters(stamp + 16, 8) % POSTS];
    bool measuring = atomic_load(&phase) == MEASURING;
    if (measuring) {
        t->delivered++;
        t->posted_bytes += (uint64_t)n;
        t->to_reader[bucket(took)]++;
    }
    if (atomic_fetch_sub_explicit(&post->readers, 1, memory_order_relaxed) == 1) {
        atomic_fetch_sub(&unread, 1);
        if (measuring) t->to_last[bucket(took)]++;
    }
    if (post->author == m->id) {
        m->heard++;
        keep_window(t, m);
    }
}

static void on_accepted(Thread *t, Member *m, const char *p, int n, uint64_t now) {
    const char *stamp = after(p, n, "\"nonce\":\"");
    if (!stamp || stamp + STAMP > p + n) return;
    m->acked++;
    atomic_fetch_sub(&unacked, 1);
    if (atomic_load(&phase) == MEASURING) {
        uint64_t at = from_letters(stamp, 16);
        t->accepted++;
        t->accepted_bytes += (uint64_t)n;
        t->to_ack[bucket(now > at ? now - at : 0)]++;
    }
    keep_window(t, m);
}

static void on_entered(Member *m, const char *p, int n) {
    Place *place = &places[m->room];
    const char *head = after(p, n, "\"head\":"), *epoch = after(p, n, "\"epoch\":\"");
    if (m->returning || !head || !epoch) return;
    place->head = strtoull(head, NULL, 10);
    snprintf(place->epoch, sizeof place->epoch, "%.*s", until_quote(epoch, p + n), epoch);
}

static void on_event(Thread *t, Member *m, const char *p, int n, uint64_t now) {
    static const char key[] = "{\"event\":\"";
    const int k = sizeof key - 1;
    if (n < k + 5 || memcmp(p, key, (size_t)k)) return;
    const char *event = p + k;
    if (!memcmp(event, "posted\"", 7)) return on_posted(t, m, p, n, now);
    if (!memcmp(event, "accep", 5)) return on_accepted(t, m, p, n, now);
    if (!memcmp(event, "enter", 5)) return on_entered(m, p, n);
    if (!memcmp(event, "live\"", 5) && m->state == ENTERING) {
        m->state = LIVE;
        t->live++;
        t->done_at = now;
    }
    if (!memcmp(event, "refus", 5) || !memcmp(event, "reset", 5)) {
        if (!t->refused++) fprintf(stderr, "%.*s\n", n > 300 ? 300 : n, p);
    }
}

static int shake(Thread *t, Member *m, char *p, int n) { /* bytes used by the answer to the upgrade */
    char *end = memmem(p, (size_t)n, "\r\n\r\n", 4);
    if (!end) return 0;
    if (memcmp(p, "HTTP/1.1 101", 12)) {
        fprintf(stderr, "no upgrade: %.*s\n", n > 300 ? 300 : n, p);
        gone(t, m, 0);
        return n;
    }
    enter(m);
    return (int)(end + 4 - p);
}

static void pong(Member *m, const char *p, int n) {
    uint8_t o[140] = {0x8a, (uint8_t)(0x80 | n)};
    memcpy(o + 6, p, (size_t)n);
    write_all(m, (char *)o, n + 6);
}

static void feed(Thread *t, Member *m, char *p, int n, uint64_t now) {
    int at = m->state == SHAKING ? shake(t, m, p, n) : 0;
    Frame f;
    while (m->state >= ENTERING && m->state != GONE && frame_read((uint8_t *)p + at, n - at, &f)) {
        char *payload = p + at + f.head;
        if (f.opcode == 1) on_event(t, m, payload, (int)f.length, now);
        if (f.opcode == 9) pong(m, payload, (int)f.length);
        if (f.opcode == 8) gone(t, m, f.length > 1 ? (uint8_t)payload[0] << 8 | (uint8_t)payload[1] : 1005);
        at += f.head + (int)f.length;
    }
    m->left.n = 0;
    if (n > at) bytes_add(&m->left, p + at, n - at);
}

/* Take what the line has brought, however much. */
void hear(Thread *t, Member *m) {
    if (m->state == GONE) return;
    int before = m->left.n;
    if (before) memcpy(t->buffer, m->left.p, (size_t)before);
    ssize_t r = recv(m->fd, t->buffer + before, MOST_AT_ONCE, MSG_DONTWAIT);
    if (r <= 0) {
        if (r == 0 || errno != EAGAIN) gone(t, m, 0);
        return;
    }
    if (atomic_load(&phase) == MEASURING) t->bytes += (uint64_t)r;
    int was_live = m->state == LIVE;
    feed(t, m, t->buffer, before + (int)r, now_ns());
    if (!was_live && m->state == LIVE && options.mode == STORM) keep_window(t, m);
}
