/* What the power cut shim knows: which files are watched, and how their image is brought up.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE 4096
#define CHUNK (16 * PAGE)
#define REAL(result, name, ...) \
    static result (*real_##name)(__VA_ARGS__); \
    if (!real_##name) real_##name = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static char data[PATH_MAX], image[PATH_MAX], full[PATH_MAX + 8], broken[PATH_MAX + 8],
    strand[PATH_MAX + 8], quota[PATH_MAX + 8], slow[PATH_MAX + 8];
static size_t data_length;
static useconds_t wait_us = 300;
static int syncs, last_sync;

__attribute__((constructor)) static void begin(void)
{
    const char *d = getenv("POWERCUT_DATA"), *i = getenv("POWERCUT_IMAGE");
    const char *o = getenv("POWERCUT_ORDERS"), *w = getenv("POWERCUT_WAIT");
    const char *at = getenv("POWERCUT_AT");
    if (!d || !i) return;
    data_length = strlen(strncpy(data, d, PATH_MAX - 1));
    strncpy(image, i, PATH_MAX - 1);
    if (o) snprintf(full, sizeof full, "%.4080s/full", o);
    if (o) snprintf(broken, sizeof broken, "%.4080s/broken", o);
    if (o) snprintf(strand, sizeof strand, "%.4080s/strand", o);
    if (o) snprintf(quota, sizeof quota, "%.4080s/quota", o);
    if (o) snprintf(slow, sizeof slow, "%.4080s/slow", o);
    if (w) wait_us = (useconds_t)atoi(w);
    if (at) last_sync = atoi(at);
}

/* A lost write of ours would look like the product's fault: rather die loudly. */
static void die(const char *what, const char *path)
{
    dprintf(2, "powercut: %s %s: %s\n", what, path, strerror(errno));
    abort();
}

/* The path in the image for a path in the data; 0 when it lies elsewhere. */
static int in_image(const char *path, char *out)
{
    if (!data_length || strncmp(path, data, data_length) || path[data_length] != '/') return 0;
    if (snprintf(out, PATH_MAX, "%s%s", image, path + data_length) >= PATH_MAX) die("long", path);
    return 1;
}

static int fd_in_image(int fd, char *out)
{
    char link[64], path[PATH_MAX];
    if (!data_length) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n <= 0) return 0;
    path[n] = 0;
    if (n > 10 && !strcmp(path + n - 10, " (deleted)")) return 0;
    return in_image(path, out);
}

static int path_in_image(int at, const char *name, char *out)
{
    char whole[2 * PATH_MAX], link[64], folder[PATH_MAX], found[PATH_MAX];
    if (!data_length) return 0;
    if (name[0] == '/') {
        snprintf(whole, sizeof whole, "%s", name);
    } else {
        if (at == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
        else snprintf(link, sizeof link, "/proc/self/fd/%d", at);
        ssize_t n = readlink(link, folder, sizeof folder - 1);
        if (n <= 0) return 0;
        snprintf(whole, sizeof whole, "%.*s/%s", (int)n, folder, name);
    }
    char *slash = strrchr(whole, '/');
    *slash = 0;
    if (!realpath(slash == whole ? "/" : whole, found)) return 0;
    strncat(found, "/", sizeof found - strlen(found) - 1);
    strncat(found, slash + 1, sizeof found - strlen(found) - 1);
    return in_image(found, out);
}

static inline void make_parents(const char *path)
{
    char part[PATH_MAX];
    snprintf(part, sizeof part, "%s", path);
    for (char *p = part + strlen(image) + 1; (p = strchr(p, '/')); *p++ = '/') {
        *p = 0;
        if (mkdir(part, 0700) && errno != EEXIST) die("mkdir", part);
    }
}

static int open_image(const char *path, mode_t mode)
{
    int out = open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode & 0777);
    if (out < 0 && errno == ENOENT) {
        make_parents(path);
        out = open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode & 0777);
    }
    if (out < 0) die("open", path);
    while (flock(out, LOCK_EX)) if (errno != EINTR) die("lock", path);
    return out;
}

static void copy_pages(int in, int out, off_t from, off_t to, const char *path)
{
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    REAL(ssize_t, pread, int, void *, size_t, off_t);
    char now[CHUNK], then[CHUNK];
    for (off_t at = from & ~(off_t)(PAGE - 1); at < to; at += CHUNK) {
        ssize_t n = real_pread(in, now, CHUNK, at);
        if (n <= 0) break;
        ssize_t m = real_pread(out, then, CHUNK, at);
        for (ssize_t p = 0; p < n && at + p < to; p += PAGE) {
            size_t size = n - p < PAGE ? (size_t)(n - p) : PAGE;
            if (m >= p + (ssize_t)size && !memcmp(now + p, then + p, size)) continue;
            if (real_pwrite(out, now + p, size, at + p) != (ssize_t)size) die("write", path);
        }
    }
}

/* Make [from, to) of a file durable, and its size when all of it is asked for (to < 0). */
static void keep(int fd, const char *path, off_t from, off_t to)
{
    REAL(int, ftruncate, int, off_t);
    struct stat now, then;
    char link[64];
    int in = fd, out;
    if (fstat(fd, &now) || !S_ISREG(now.st_mode)) return;
    if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        if ((in = open(link, O_RDONLY | O_CLOEXEC)) < 0) die("reopen", path);
    }
    out = open_image(path, now.st_mode);
    if (fstat(in, &now) || fstat(out, &then)) die("stat", path);
    if (to < 0 && then.st_size > now.st_size && real_ftruncate(out, now.st_size))
        die("truncate", path);
    copy_pages(in, out, from, to < 0 ? now.st_size : to, path);
    close(out);
    if (in != fd) close(in);
}

static int ordered(const char *order)
{
    int before = errno, there = order[0] && !access(order, F_OK);
    errno = before;
    return there;
}
