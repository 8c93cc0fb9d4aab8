/* load.h: the shapes the load generator is made of: options, members, posts on their way, threads. */
#ifndef HOLDFAST_BENCH_LOAD_H
#define HOLDFAST_BENCH_LOAD_H

#include <stdatomic.h>
#include <stdbool.h>

#include "wire.h"

#define MOST_THREADS 16
#define MOST_NODES 8 /* servers of one place: member i comes in at the i-th of them, round and round */
#define MOST_ROOMS 20000
#define POSTS (1 << 20) /* remembered at once; older ones are long delivered */
#define N_BUCKETS (64 * 40)
#define STAMP 24 /* letters at the start of a text, and the whole nonce: 16 of time, 8 of the post's number */

enum Phase { CONNECTING, WARMING, MEASURING, DRAINING, OVER };
enum Mode { TALK, IDLE, STORM };

typedef struct {
    int ports[MOST_NODES], n_ports, rooms, members, senders, window, text, threads, missed;
    long server;
    double rate, seconds, warm;
    const char *prefix, *tokens, *began; /* began: a file made when measuring begins */
    enum Mode mode;
    int cores[MOST_THREADS], n_cores;
} Options;

typedef struct {
    char slug[64], epoch[80];
    uint64_t head; /* when the storm's members were last here */
} Place;

typedef struct {
    int fd, id, room;
    enum { AWAY, SHAKING, ENTERING, LIVE, GONE } state;
    bool sends, returning; /* returning: enters with `since` */
    uint32_t sent, acked, heard, replayed;
    Bytes left;
} Member;

typedef struct { /* one post on its way */
    atomic_int readers; /* who have not read it yet */
    int author;
} Post;

typedef struct {
    int index, n, live, dialled, at_once;
    Member *members;
    uint64_t delivered, accepted, sent, stalled, refused, closed, posted_bytes, accepted_bytes, bytes;
    uint64_t to_reader[N_BUCKETS], to_last[N_BUCKETS], to_ack[N_BUCKETS];
    double cpu;
    int text_at; /* where the last `posted` had its text: the next one most likely has it there too */
    int epoll;
    char *buffer;
    uint64_t done_at;
} Thread;

typedef struct {
    double connect_s, seconds, server_cpu;
    long unread, unacked, memory_before, memory_after;
} Times;

extern Options options;
extern Place places[MOST_ROOMS];
extern Post *posts;
extern char **tokens;
extern atomic_int phase;
extern atomic_uint posts_made;
extern atomic_long unread, unacked;

/* line.c */
void come_in(Thread *t, Member *m);
void hear(Thread *t, Member *m);
void say_something(Thread *t, Member *m, uint64_t at);

/* options.c and report.c */
void read_options(int argc, char **argv);
void read_tokens(void);
double server_cpu(void);
long server_memory_kb(void);
void report(const Thread *threads, Times times);

/* A histogram, small enough to live here: 64 buckets for each doubling, so within 2 % */
WIRE int bucket(uint64_t v) {
    if (v < 64) return (int)v;
    int top = 63 - __builtin_clzll(v), b = (top - 5) * 64 + (int)(v >> (top - 6) & 63);
    return b < N_BUCKETS ? b : N_BUCKETS - 1;
}

WIRE double bucket_value(int b) {
    return b < 64 ? b : (double)(64 + b % 64) * (double)(1ull << (b / 64 - 1));
}

WIRE double percentile_ms(const uint64_t *h, double p) {
    uint64_t all = 0, seen = 0;
    for (int i = 0; i < N_BUCKETS; i++) all += h[i];
    for (int i = 0; i < N_BUCKETS; i++) {
        seen += h[i];
        if (seen && (double)seen >= (double)all * p) return bucket_value(i) / 1e6;
    }
    return 0;
}

#endif
