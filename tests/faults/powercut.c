/* A power cut for tests: LD_PRELOAD this under a database and it keeps a durable image of a folder.
 *
 * POWERCUT_DATA    the folder that is watched (a real path, without symbolic links)
 * POWERCUT_IMAGE   the folder that holds, of every file, only what was made durable
 * POWERCUT_ORDERS  a folder: while `full` lies in it nothing may grow (ENOSPC); while `broken`
 *                  lies in it no sync succeeds (EIO); who finds `strand` takes it away, does its
 *                  sync and dies before it can say so
 * POWERCUT_WAIT    microseconds that a sync takes before anything is durable (default 300)
 * POWERCUT_AT      the number of the sync, counted in each process, at which it dies undone
 *
 * More, for single calls and for the order of things, is in powercut_calls.h.
 *
 * The model. fsync, fdatasync, msync(MS_SYNC) and writes to O_DSYNC or O_SYNC files copy the pages
 * that differ into the image before they return; nothing else carries content there. Pages go over
 * in 4 KiB writes, so that a process killed in the middle tears a file between pages, as a disk
 * would. The journal of the file system is taken to be quick: renames, links and removals are
 * durable at once, and a new name follows the first sync of its file; a rename of a file that was
 * never synced leaves an empty file, the classic loss. A file that was never synced is not there.
 * No real sync is done. Not seen, so never durable: syncfs, io_uring, writes through a mapping
 * without msync. Works across processes: the image of a file is locked while it is brought up.
 *
 * No file descriptor of the data is ever closed here that was not opened here for writing only:
 * closing one would drop the POSIX locks that SQLite holds on the file.
 */
#define _GNU_SOURCE
#include "powercut.h"
#include "powercut_calls.h"

/* 1 with errno set when a sync must fail; 0 when it was done; -1 when the file is not ours. */
static int sync_here(int fd)
{
    char path[PATH_MAX];
    int before = errno;
    if (!fd_in_image(fd, path)) { errno = before; return -1; }
    int is_logs = journal >= 0 && is_log(path);
    if (call_begins(fd, 1)) return 1;
    if (is_logs) note('s', "", 0);
    wait_for_disk();
    if (last_sync && __sync_add_and_fetch(&syncs, 1) == last_sync) kill(getpid(), SIGKILL);
    if (ordered(broken)) { errno = EIO; return 1; }
    keep(fd, path, 0, -1);
    if (is_logs) note('S', "", 0);
    if (strand[0] && !unlinkat(AT_FDCWD, strand, 0)) kill(getpid(), SIGKILL);
    errno = before;
    return 0;
}

int fsync(int fd)
{
    REAL(int, fsync, int);
    int done = sync_here(fd);
    return done < 0 ? real_fsync(fd) : -done;
}

int fdatasync(int fd)
{
    REAL(int, fdatasync, int);
    int done = sync_here(fd);
    return done < 0 ? real_fdatasync(fd) : -done;
}

int msync(void *address, size_t length, int flags)
{
    REAL(int, msync, void *, size_t, int);
    char line[PATH_MAX + 128], path[PATH_MAX];
    FILE *maps = data_length && (flags & MS_SYNC) ? fopen("/proc/self/maps", "re") : NULL;
    while (maps && fgets(line, sizeof line, maps)) {
        unsigned long begin, end;
        char *name = strchr(line, '/');
        if (sscanf(line, "%lx-%lx", &begin, &end) != 2 || !name) continue;
        name[strcspn(name, "\n")] = 0;
        if (begin >= (unsigned long)address + length || end <= (unsigned long)address) continue;
        int fd = in_image(name, path) ? open(name, O_RDONLY | O_CLOEXEC) : -1;
        if (fd < 0) continue;
        keep(fd, path, 0, -1);
        close(fd);
    }
    if (maps) fclose(maps);
    return real_msync(address, length, flags);
}

/* ENOSPC for a write that would make one of our files grow, while the disk is ordered full. */
static int no_room(int fd, off_t end)
{
    char path[PATH_MAX];
    struct stat now;
    if (!data_length || !full[0] || !fd_in_image(fd, path) || fstat(fd, &now)) return 0;
    if (!S_ISREG(now.st_mode) || end <= now.st_size) return 0;
    if (!ordered(full) && !over_quota(end - now.st_size)) return 0;
    errno = ENOSPC;
    return 1;
}

static off_t here(int fd)
{
    struct stat now;
    int before = errno, flags = data_length ? fcntl(fd, F_GETFL) : -1;
    off_t at = -1;
    if (flags >= 0 && !fstat(fd, &now) && S_ISREG(now.st_mode))
        at = flags & O_APPEND ? now.st_size : lseek(fd, 0, SEEK_CUR);
    errno = before;
    return at;
}

static ssize_t written(int fd, off_t at, ssize_t n, int durable)
{
    char path[PATH_MAX];
    int before = errno;
    if (data_length && n > 0 && at >= 0 && (durable || fcntl(fd, F_GETFL) & O_DSYNC)
        && fd_in_image(fd, path)) {
        if (wait_us) usleep(wait_us);
        keep(fd, path, at, at + n);
    }
    errno = before;
    return n;
}

static off_t total(const struct iovec *parts, int count)
{
    off_t n = 0;
    for (int i = 0; i < count; i++) n += (off_t)parts[i].iov_len;
    return n;
}

ssize_t write(int fd, const void *bytes, size_t n)
{
    REAL(ssize_t, write, int, const void *, size_t);
    off_t at = here(fd);
    struct iovec whole = {(void *)bytes, n};
    if (at >= 0 && no_room(fd, at + (off_t)n)) return -1;
    note_leaving(fd, &whole, 1);
    int fails = at >= 0 ? call_begins(fd, 0) : 0;
    if (fails && fails != HALF_CALL) return -1;
    return written(fd, at, real_write(fd, bytes, fails ? n / 2 : n), 0);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    REAL(ssize_t, writev, int, const struct iovec *, int);
    off_t at = here(fd);
    if (at >= 0 && no_room(fd, at + total(parts, count))) return -1;
    note_leaving(fd, parts, (size_t)count);
    return written(fd, at, real_writev(fd, parts, count), 0);
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    if (no_room(fd, at + (off_t)n)) return -1;
    int fails = call_begins(fd, 0);
    if (fails && fails != HALF_CALL) return -1;
    ssize_t done = real_pwrite(fd, bytes, fails ? n / 2 : n, at);
    note_written(fd, bytes, done);
    return written(fd, at, done, 0);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
    REAL(ssize_t, pwritev, int, const struct iovec *, int, off_t);
    if (no_room(fd, at + total(parts, count))) return -1;
    return written(fd, at, real_pwritev(fd, parts, count, at), 0);
}

ssize_t pwritev2(int fd, const struct iovec *parts, int count, off_t at, int flags)
{
    REAL(ssize_t, pwritev2, int, const struct iovec *, int, off_t, int);
    off_t place = at < 0 ? here(fd) : at;
    if (no_room(fd, place + total(parts, count))) return -1;
    ssize_t n = real_pwritev2(fd, parts, count, at, flags);
    return written(fd, place, n, flags & (RWF_DSYNC | RWF_SYNC));
}

ssize_t send(int fd, const void *bytes, size_t n, int flags)
{
    REAL(ssize_t, send, int, const void *, size_t, int);
    struct iovec whole = {(void *)bytes, n};
    note_leaving(fd, &whole, 1);
    return real_send(fd, bytes, n, flags);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    REAL(ssize_t, sendmsg, int, const struct msghdr *, int);
    note_leaving(fd, message->msg_iov, message->msg_iovlen);
    return real_sendmsg(fd, message, flags);
}

ssize_t pread(int fd, void *bytes, size_t n, off_t at)
{
    REAL(ssize_t, pread, int, void *, size_t, off_t);
    int fails = call_begins(fd, 0);
    if (fails && fails != HALF_CALL) return -1;
    return real_pread(fd, bytes, fails ? n / 2 : n, at);
}
ssize_t pread64(int, void *, size_t, off_t) __attribute__((alias("pread")));

/* On 64-bit Linux the names with 64 mean the same. */
ssize_t pwrite64(int, const void *, size_t, off_t) __attribute__((alias("pwrite")));
ssize_t pwritev64(int, const struct iovec *, int, off_t) __attribute__((alias("pwritev")));
ssize_t pwritev64v2(int, const struct iovec *, int, off_t, int) __attribute__((alias("pwritev2")));

int ftruncate(int fd, off_t size)
{
    REAL(int, ftruncate, int, off_t);
    return no_room(fd, size) || call_begins(fd, 0) ? -1 : real_ftruncate(fd, size);
}
int ftruncate64(int, off_t) __attribute__((alias("ftruncate")));

int fallocate(int fd, int mode, off_t at, off_t size)
{
    REAL(int, fallocate, int, int, off_t, off_t);
    return no_room(fd, at + size) ? -1 : real_fallocate(fd, mode, at, size);
}
int fallocate64(int, int, off_t, off_t) __attribute__((alias("fallocate")));

int posix_fallocate(int fd, off_t at, off_t size)
{
    REAL(int, posix_fallocate, int, off_t, off_t);
    return no_room(fd, at + size) ? ENOSPC : real_posix_fallocate(fd, at, size);
}
int posix_fallocate64(int, off_t, off_t) __attribute__((alias("posix_fallocate")));

/* A rename reached the journal: do it in the image; what was never synced arrives there empty. */
static void renamed(const char *from, const char *to)
{
    struct stat now;
    char original[2 * PATH_MAX];
    int before = errno;
    make_parents(to);
    if (from[0] && !rename(from, to)) return;
    snprintf(original, sizeof original, "%s%s", data, to + strlen(image));
    if (!lstat(original, &now) && S_ISREG(now.st_mode)) {
        int out = open_image(to, now.st_mode);
        REAL(int, ftruncate, int, off_t);
        if (real_ftruncate(out, 0)) die("empty", to);
        close(out);
    }
    errno = before;
}

int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
    REAL(int, renameat2, int, const char *, int, const char *, unsigned);
    char old[PATH_MAX] = "", new[PATH_MAX] = "";
    int left = path_in_image(from_at, from, old), arrived = path_in_image(to_at, to, new);
    int done = real_renameat2(from_at, from, to_at, to, flags);
    if (!done && arrived) renamed(left ? old : "", new);
    else if (!done && left) unlink(old);
    return done;
}

int rename(const char *from, const char *to)
{
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat(int from_at, const char *from, int to_at, const char *to)
{
    return renameat2(from_at, from, to_at, to, 0);
}

int linkat(int from_at, const char *from, int to_at, const char *to, int flags)
{
    REAL(int, linkat, int, const char *, int, const char *, int);
    char old[PATH_MAX], new[PATH_MAX];
    int known = path_in_image(from_at, from, old) && path_in_image(to_at, to, new);
    int done = real_linkat(from_at, from, to_at, to, flags);
    if (!done && known) {
        make_parents(new);
        real_linkat(AT_FDCWD, old, AT_FDCWD, new, 0);
    }
    return done;
}

int link(const char *from, const char *to)
{
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlinkat(int at, const char *name, int flags)
{
    REAL(int, unlinkat, int, const char *, int);
    char path[PATH_MAX];
    int known = path_in_image(at, name, path), done = real_unlinkat(at, name, flags);
    if (!done && known) real_unlinkat(AT_FDCWD, path, flags);
    return done;
}

int unlink(const char *name)
{
    return unlinkat(AT_FDCWD, name, 0);
}
