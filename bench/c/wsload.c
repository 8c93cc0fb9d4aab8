/* wsload.c: the load generator: members on lines who talk, sit idle, or all come back at once.
 *
 *   wsload --port P[,P...] --rooms R --members K --senders S [--window W | --rate N] --mode talk|idle|storm ...
 *
 * R rooms named PREFIX-0000 ..., K members in each; the first S of them speak. Member i uses line i of the
 * token file, and the ports in turn, where several processes serve one place. Connections are dealt to the
 * threads in turn; each thread can have a core of its own and says how much of it it used, so that the harness
 * can tell when the load was the limit and not the server.
 *
 *   talk    closed loop: each sender keeps W posts on their way and says the next when one of its own is both
 *           accepted and read by itself; or open loop: all senders together N posts a second, timed from when
 *           each post was due, so that a server that stalls cannot make itself look good.
 *   idle    enters and sits there.
 *   storm   one member a room enters, says M things, and leaves; then all come back at the same moment with
 *           `since`; the time until the last one is `live`, having read M messages each.
 *
 * Prints one JSON line. A delivery is one `posted` event read by one member, the author's own among them.
 */
#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#define AT_ONCE 64 /* handshakes on their way in each thread, but in a storm all */
#define BUFFER (1 << 22)

Options options = {.rooms = 1, .members = 10, .senders = 1, .window = 1, .text = 100, .threads = 1,
                   .missed = 50, .seconds = 3, .warm = 1, .prefix = "bench"};
Place places[MOST_ROOMS];
Post *posts;
char **tokens;
atomic_int phase;
atomic_uint posts_made;
atomic_long unread, unacked;

static Thread threads[MOST_THREADS];
static pthread_barrier_t barrier;
static atomic_int all_in; /* threads whose members have all come in */

static void pin(int index) {
    if (!options.n_cores) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(options.cores[index % options.n_cores], &set);
    if (pthread_setaffinity_np(pthread_self(), sizeof set, &set)) fputs("cannot pin\n", stderr);
}

static double cpu_of(int who) {
    struct rusage r;
    getrusage(who, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
           1e-6 * (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

static void turn(Thread *t, uint64_t wait_ns) {
    struct epoll_event ready[512];
    struct timespec wait = {(time_t)(wait_ns / 1000000000ull), (long)(wait_ns % 1000000000ull)};
    int n = epoll_pwait2(t->epoll, ready, 512, &wait, NULL);
    for (int i = 0; i < n; i++) hear(t, ready[i].data.ptr);
}

/* Everybody of this thread to `live`, or the time is up. */
static void all_come_in(Thread *t) {
    uint64_t began = now_ns();
    while (t->live + (int)t->closed < t->n && now_ns() - began < 120000000000ull) {
        while (t->dialled < t->n && t->dialled - t->live - (int)t->closed < t->at_once)
            come_in(t, &t->members[t->dialled++]);
        turn(t, 5000000);
    }
}

static Thread *prepare(Thread *t, int index, int most) {
    t->index = index;
    t->at_once = AT_ONCE;
    t->epoll = epoll_create1(0);
    t->members = calloc((size_t)most + 1, sizeof *t->members);
    t->buffer = malloc(BUFFER);
    if (!t->members || !t->buffer) abort();
    return t;
}

static void start_talking(Thread *t) {
    for (int i = 0; i < t->n; i++)
        for (int w = 0; t->members[i].sends && options.rate <= 0 && w < options.window; w++)
            say_something(t, &t->members[i], now_ns());
}

/* Open loop: what is due by now; returns how long until the next is. */
static uint64_t say_what_is_due(Thread *t, uint64_t gap, uint64_t *due, int *who) {
    uint64_t now = now_ns();
    for (int most = 256; most && *due <= now; *due += gap) {
        while (!t->members[*who].sends) *who = (*who + 1) % t->n;
        say_something(t, &t->members[*who], *due);
        *who = (*who + 1) % t->n;
        most--;
    }
    return *due > now ? *due - now : 0;
}

static void talk(Thread *t) {
    int senders = 0, who = 0, seen = WARMING, now_is;
    for (int i = 0; i < t->n; i++) senders += t->members[i].sends;
    double rate = options.rate * senders / (options.rooms * options.senders);
    uint64_t gap = rate > 0 && options.mode == TALK ? (uint64_t)(1e9 / rate) : 0;
    uint64_t due = now_ns() + gap * (uint64_t)t->index / (uint64_t)options.threads;
    double began = 0;
    if (options.mode == TALK) start_talking(t);
    while ((now_is = atomic_load(&phase)) < OVER) {
        if (now_is == MEASURING && seen < MEASURING) began = cpu_of(RUSAGE_THREAD);
        if (now_is == DRAINING && seen < DRAINING) t->cpu = cpu_of(RUSAGE_THREAD) - began;
        seen = now_is;
        uint64_t wait = gap && senders && now_is < DRAINING ? say_what_is_due(t, gap, &due, &who) : 20000000;
        turn(t, wait < 20000000 ? wait : 20000000);
    }
}

static void *run(void *argument) {
    Thread *t = argument;
    pin(t->index);
    pthread_barrier_wait(&barrier);
    double began = cpu_of(RUSAGE_THREAD);
    all_come_in(t);
    if (options.mode == STORM) t->cpu = cpu_of(RUSAGE_THREAD) - began;
    atomic_fetch_add(&all_in, 1);
    while (atomic_load(&phase) < WARMING) turn(t, 5000000); /* others still come in: answer pings */
    if (options.mode != STORM) talk(t);
    return NULL;
}

/* Before the storm: one member a room says what the others will have missed. */
static void say_what_is_missed(void) {
    static Thread before;
    Thread *t = prepare(&before, 0, options.rooms);
    for (int r = 0; r < options.rooms; r++)
        t->members[t->n++] = (Member){.id = r * options.members, .room = r, .sends = true};
    atomic_store(&phase, WARMING);
    all_come_in(t);
    uint64_t began = now_ns();
    while ((unacked > 0 || t->sent < (uint64_t)options.rooms * (uint64_t)options.missed) &&
           now_ns() - began < 60000000000ull)
        turn(t, 5000000);
    atomic_store(&phase, OVER);
    for (int i = 0; i < t->n; i++) close(t->members[i].fd);
    atomic_store(&phase, CONNECTING);
    usleep(300000);
}

static void deal_members(void) {
    int all = options.rooms * options.members;
    for (int i = 0; i < options.threads; i++) prepare(&threads[i], i, all / options.threads + 1);
    for (int id = 0; id < all; id++) {
        Thread *t = &threads[id % options.threads];
        bool storm = options.mode == STORM;
        if (storm) t->at_once = all;
        t->members[t->n++] = (Member){.id = id, .room = id / options.members, .returning = storm,
                                      .sends = !storm && id % options.members < options.senders};
    }
}

/* Ends when everything said is accepted and read by all, or after two seconds. */
static void drain(Times *times) {
    uint64_t began = now_ns();
    while ((unread > 0 || unacked > 0) && now_ns() - began < 2000000000ull) usleep(5000);
    usleep(25000);
    times->unread = unread, times->unacked = unacked;
}

static Times measure(void) {
    Times times = {0};
    atomic_store(&phase, WARMING);
    usleep((useconds_t)(options.warm * 1e6));
    double cpu = server_cpu();
    uint64_t began = now_ns();
    atomic_store(&phase, MEASURING);
    FILE *began_file = options.began ? fopen(options.began, "w") : NULL;
    if (began_file) fclose(began_file);
    usleep((useconds_t)(options.seconds * 1e6));
    atomic_store(&phase, DRAINING);
    times.seconds = (double)(now_ns() - began) / 1e9;
    times.server_cpu = server_cpu() - cpu;
    times.memory_after = server_memory_kb();
    drain(&times);
    atomic_store(&phase, OVER);
    return times;
}

int main(int argc, char **argv) {
    read_options(argc, argv);
    struct rlimit most;
    getrlimit(RLIMIT_NOFILE, &most);
    most.rlim_cur = most.rlim_max;
    setrlimit(RLIMIT_NOFILE, &most);
    posts = calloc(POSTS, sizeof *posts);
    for (int r = 0; r < options.rooms; r++)
        snprintf(places[r].slug, sizeof places[r].slug, "%s-%04d", options.prefix, r);
    read_tokens();
    if (options.mode == STORM) say_what_is_missed();
    deal_members();
    long memory_before = server_memory_kb();
    pthread_t ids[MOST_THREADS];
    pthread_barrier_init(&barrier, NULL, (unsigned)options.threads + 1);
    for (int i = 0; i < options.threads; i++) pthread_create(&ids[i], NULL, run, &threads[i]);
    pthread_barrier_wait(&barrier);
    uint64_t began = now_ns();
    double cpu = server_cpu();
    while (atomic_load(&all_in) < options.threads) usleep(200);
    Times times = {.seconds = (double)(now_ns() - began) / 1e9, .server_cpu = server_cpu() - cpu};
    if (options.mode == STORM)
        atomic_store(&phase, OVER);
    else
        times = measure();
    uint64_t last = 0;
    for (int i = 0; i < options.threads; i++) {
        pthread_join(ids[i], NULL);
        if (threads[i].done_at > last) last = threads[i].done_at;
    }
    times.memory_before = memory_before;
    times.connect_s = last > began ? (double)(last - began) / 1e9 : 0;
    report(threads, times);
    return 0;
}
