/* climit.c: how fast one core can fan messages out at all: a chat server that does nothing else, in C.
 *
 *   climit PORT send|coalesce|durable [LOG]
 *
 * It speaks enough of `holdfast.v1` for wsload: the handshake, `enter`, `post`. It checks no token, keeps no
 * member, and trusts every frame: it is a limit to measure against, not a server to use. Per post it does:
 *
 *   all modes   unmask, find `nonce` and `text`, take the room's next seq, write a `posted` event of the size
 *               of ours (and the same for every reader), write an `accepted` event for the author; the author
 *               gets both in one send(), as from Holdfast.
 *   send        then one send() per member per message.
 *   coalesce    joins all frames of one turn of epoll per room, then one send() per member per turn.
 *   durable     as coalesce, but first writes all posts of the turn to LOG (64 MiB beforehand, round and
 *               round) and calls fdatasync once, before anybody hears anything.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "wire.h"

#define MOST_ROOMS 20000
#define MOST_WAITING 200000
#define LOG_SIZE (64 << 20)
#define AUTHOR \
    "{\"seat\":\"s7Qm2xVb9KdTf3Wa\",\"pseudonym\":\"Quiet Harbour\",\"avatar\":\"a41c9e07d2b85f63\"}"

typedef struct Room Room;
typedef struct Member {
    int fd, place;
    bool upgraded;
    Room *room;
    Bytes in, out, ack;
} Member;
struct Room {
    Member **members;
    int n, cap;
    Bytes frames; /* of this turn */
    bool dirty;
    uint64_t seq;
    char slug[64];
};
typedef struct { /* a post that waits for the disk */
    Member *author;
    Room *room;
    int frame_at, frame_n, ack_at, ack_n; /* within `written` and `acks` */
} Waiting;

static enum { SEND, COALESCE, DURABLE } mode;
static Room rooms[MOST_ROOMS];
static Room *dirty[MOST_ROOMS];
static int n_dirty, epoll_fd, log_fd;
static Waiting waiting[MOST_WAITING];
static int n_waiting;
static Bytes written, acks;
static off_t log_at;
static char at_text[32]; /* the time of this turn, as the events say it */

/* ---- writing to members ---- */

static void watch(Member *m, uint32_t what, int how) {
    struct epoll_event e = {.events = what, .data.ptr = m};
    epoll_ctl(epoll_fd, how, m->fd, &e);
}

static void keep(Member *m, const char *p, int n) {
    if (!m->out.n) watch(m, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
    bytes_add(&m->out, p, n);
}

/* One send for the acknowledgements that wait and the frames behind them. */
static void deliver(Member *m, const char *p, int n) {
    struct iovec parts[2] = {{m->ack.p, (size_t)m->ack.n}, {(char *)p, (size_t)n}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    int gone = 0, first = m->ack.n;
    if (!m->out.n) {
        ssize_t r = first ? sendmsg(m->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL)
                          : send(m->fd, p, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL);
        gone = r > 0 ? (int)r : 0;
    }
    if (gone < first) keep(m, m->ack.p + gone, first - gone);
    if (gone < first + n) {
        int skip = gone > first ? gone - first : 0;
        keep(m, p + skip, n - skip);
    }
    m->ack.n = 0;
}

static void fan_out(Room *r, const char *p, int n) {
    for (int i = 0; i < r->n; i++) deliver(r->members[i], p, n);
}

static void drain(Member *m) {
    ssize_t r = send(m->fd, m->out.p, (size_t)m->out.n, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (r > 0) bytes_drop(&m->out, (int)r);
    if (!m->out.n) watch(m, EPOLLIN, EPOLL_CTL_MOD);
}

/* ---- what members say ---- */

static void goodbye(Member *m) {
    for (int i = 0; i < n_waiting; i++)
        if (waiting[i].author == m) waiting[i].author = NULL;
    if (m->room) {
        Room *r = m->room;
        Member *last = r->members[--r->n];
        r->members[m->place] = last;
        last->place = m->place;
    }
    close(m->fd);
    free(m->in.p);
    free(m->out.p);
    free(m->ack.p);
    free(m);
}

static void say(Member *m, const char *json, int n) {
    uint8_t head[8];
    int h = frame_header(head, n, NULL);
    char frame[1024];
    memcpy(frame, head, (size_t)h);
    memcpy(frame + h, json, (size_t)n);
    deliver(m, frame, h + n);
}

/* Rooms are told apart by the number at the end of their slug. */
static Room *room_named(const char *slug, int n) {
    int digits = n;
    while (digits && slug[digits - 1] >= '0' && slug[digits - 1] <= '9') digits--;
    Room *r = &rooms[atoi(slug + digits) % MOST_ROOMS];
    if (!r->slug[0]) snprintf(r->slug, sizeof r->slug, "%.*s", n, slug);
    return r;
}

static void enter(Member *m, const char *p, int n) {
    const char *slug = after(p, n, "\"room\":\"");
    if (!slug || m->room) return;
    Room *r = m->room = room_named(slug, until_quote(slug, p + n));
    if (r->n == r->cap) r->members = realloc(r->members, sizeof *r->members * (size_t)(r->cap = r->cap * 2 + 64));
    m->place = r->n;
    r->members[r->n++] = m;
    char o[512];
    unsigned long head = (unsigned long)r->seq;
    say(m, o, snprintf(o, sizeof o, "{\"event\":\"entered\",\"room\":\"%s\",\"epoch\":\"c\",\"head\":%lu,\"since\":%lu}",
                       r->slug, head, head));
    say(m, o, snprintf(o, sizeof o, "{\"event\":\"live\",\"room\":\"%s\",\"head\":%lu}", r->slug, head));
}

static void add_frame(Bytes *b, const char *json, int n) {
    uint8_t head[8];
    int h = frame_header(head, n, NULL);
    bytes_add(b, head, h);
    bytes_add(b, json, n);
}

static void mark_dirty(Room *r) {
    if (r->dirty) return;
    r->dirty = true;
    dirty[n_dirty++] = r;
}

static void post(Member *m, const char *p, int n) {
    const char *end = p + n, *nonce = after(p, n, "\"nonce\":\""), *text = after(p, n, "\"text\":\"");
    Room *r = m->room;
    if (!r || !nonce || !text || n_waiting == MOST_WAITING) return;
    unsigned long seq = (unsigned long)++r->seq;
    char event[16500], ack[400];
    int e = snprintf(event, sizeof event,
                     "{\"event\":\"posted\",\"room\":\"%s\",\"seq\":%lu,\"author\":" AUTHOR
                     ",\"text\":\"%.*s\",\"at\":\"%s\"}", r->slug, seq, until_quote(text, end), text, at_text);
    int a = snprintf(ack, sizeof ack,
                     "{\"event\":\"accepted\",\"nonce\":\"%.*s\",\"room\":\"%s\",\"seq\":%lu,\"at\":\"%s\"}",
                     until_quote(nonce, end), nonce, r->slug, seq, at_text);
    if (mode == DURABLE) {
        Waiting *w = &waiting[n_waiting++];
        *w = (Waiting){m, r, written.n, 0, acks.n, 0};
        add_frame(&written, event, e);
        add_frame(&acks, ack, a);
        w->frame_n = written.n - w->frame_at;
        w->ack_n = acks.n - w->ack_at;
        return;
    }
    add_frame(&m->ack, ack, a);
    add_frame(&r->frames, event, e);
    if (mode == COALESCE) {
        mark_dirty(r);
    } else {
        fan_out(r, r->frames.p, r->frames.n);
        r->frames.n = 0;
    }
}

static int upgrade(Member *m) { /* bytes used, 0 while the request is not all there, -1 when it is none */
    bytes_room(&m->in, 1);
    m->in.p[m->in.n] = 0;
    char *end = strstr(m->in.p, "\r\n\r\n"), *key = strcasestr(m->in.p, "sec-websocket-key: ");
    if (!end) return 0;
    if (!key) return -1;
    key += 19;
    char accept[29], o[256];
    accept_key(key, (int)strcspn(key, "\r"), accept);
    int n = snprintf(o, sizeof o,
                     "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: holdfast.v1\r\n\r\n", accept);
    deliver(m, o, n);
    m->upgraded = true;
    return (int)(end + 4 - m->in.p);
}

static bool hear(Member *m) { /* false: the member has gone */
    int at = 0;
    if (!m->upgraded) {
        at = upgrade(m);
        if (at <= 0) return at == 0;
    }
    Frame f;
    while (frame_read((uint8_t *)m->in.p + at, m->in.n - at, &f)) {
        char *p = m->in.p + at + f.head;
        const char *mask = p - 4;
        int n = (int)f.length;
        for (int i = 0; i < n; i++) p[i] ^= mask[i & 3];
        if (f.opcode == 8) return false;
        const char *verb = f.opcode == 1 ? after(p, n, "\"do\":\"") : NULL;
        if (verb && *verb == 'p') post(m, p, n);
        if (verb && *verb == 'e') enter(m, p, n);
        at += f.head + n;
    }
    bytes_drop(&m->in, at);
    return true;
}

static bool receive(Member *m) {
    bytes_room(&m->in, 65536);
    ssize_t r = recv(m->fd, m->in.p + m->in.n, 65536, MSG_DONTWAIT);
    if (r < 0) return errno == EAGAIN;
    m->in.n += (int)r;
    return r > 0 && hear(m);
}

/* ---- one turn ---- */

static void make_safe(void) {
    if (log_at + written.n > LOG_SIZE) log_at = 0;
    if (pwrite(log_fd, written.p, (size_t)written.n, log_at) != written.n || fdatasync(log_fd)) {
        perror("log");
        exit(1);
    }
    log_at += written.n;
    for (int i = 0; i < n_waiting; i++) {
        Waiting *w = &waiting[i];
        bytes_add(&w->room->frames, written.p + w->frame_at, w->frame_n);
        mark_dirty(w->room);
        if (w->author) bytes_add(&w->author->ack, acks.p + w->ack_at, w->ack_n);
    }
    n_waiting = written.n = acks.n = 0;
}

static void end_turn(void) {
    if (n_waiting) make_safe();
    for (int i = 0; i < n_dirty; i++) {
        Room *r = dirty[i];
        fan_out(r, r->frames.p, r->frames.n);
        r->frames.n = 0;
        r->dirty = false;
    }
    n_dirty = 0;
}

static void welcome(int listening) {
    int fd, one = 1;
    while ((fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        Member *m = calloc(1, sizeof *m);
        if (!m) abort();
        m->fd = fd;
        watch(m, EPOLLIN, EPOLL_CTL_ADD);
    }
}

static void look_at_the_clock(void) {
    struct timespec t;
    struct tm parts;
    clock_gettime(CLOCK_REALTIME, &t);
    gmtime_r(&t.tv_sec, &parts);
    size_t n = strftime(at_text, sizeof at_text, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(at_text + n, sizeof at_text - n, ".%03ldZ", t.tv_nsec / 1000000);
}

static void open_log(const char *path) {
    char *zeros = calloc(1, 1 << 20);
    log_fd = open(path, O_RDWR | O_CREAT, 0600);
    for (int i = 0; zeros && i < LOG_SIZE >> 20; i++)
        if (pwrite(log_fd, zeros, 1 << 20, (off_t)i << 20) < 0) break;
    if (log_fd < 0 || !zeros || fsync(log_fd)) {
        perror(path);
        exit(1);
    }
    free(zeros);
}

static int listen_on(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (void *)&a, sizeof a) || listen(fd, 4096)) {
        perror("listen");
        exit(1);
    }
    return fd;
}

int main(int argc, char **argv) {
    if (argc < 3) return fputs("climit PORT send|coalesce|durable [LOG]\n", stderr), 2;
    mode = !strcmp(argv[2], "send") ? SEND : !strcmp(argv[2], "durable") ? DURABLE : COALESCE;
    struct rlimit most;
    getrlimit(RLIMIT_NOFILE, &most);
    most.rlim_cur = most.rlim_max;
    setrlimit(RLIMIT_NOFILE, &most);
    if (mode == DURABLE) open_log(argc > 3 ? argv[3] : "climit.log");
    int listening = listen_on(atoi(argv[1]));
    epoll_fd = epoll_create1(0);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL}, ready[1024];
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listening, &e);
    for (;;) {
        int n = epoll_wait(epoll_fd, ready, 1024, -1);
        look_at_the_clock();
        for (int i = 0; i < n; i++) {
            Member *m = ready[i].data.ptr;
            if (!m) {
                welcome(listening);
                continue;
            }
            if (ready[i].events & EPOLLOUT && m->out.n) drain(m);
            if (ready[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR) && !receive(m)) goodbye(m);
        }
        end_turn();
    }
}
