/* Faults of single I/O calls on the data, and a journal of what happened in which order.
 *
 * powercut_set  (for a process that forks) other folders, the call at which to die undone, the call
 *               that fails and how: 1 EIO, 2 half of it is written, 3 ENOSPC; 4 it and
 *               every later sync fails (EIO), 5 it and every later call does; counted from 1
 * POWERCUT_JOURNAL  a file: `w NAME` a name was written to a log, `s` a sync of a log begins, `S` it
 *               returned, `a NAME` the answer `accepted` with a name leaves on a socket now
 * POWERCUT_MARK the beginning of those names
 * orders/slow   two numbers: a sync takes so many microseconds, by chance between the two
 * orders/quota  a number: so many bytes is all that fits into the folder (ENOSPC)
 */
enum { EIO_CALL = 1, HALF_CALL = 2, FULL_CALL = 3, NO_SYNCS = 4, NO_CALLS = 5 };

static int journal = -1;
static char mark[32], answer[64];
static long calls, last_call, failing_call;
static int failing_how, counting;

__attribute__((constructor)) static void begin_calls(void)
{
    const char *file = getenv("POWERCUT_JOURNAL"), *m = getenv("POWERCUT_MARK");
    if (!file || !m) return;
    journal = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    snprintf(mark, sizeof mark, "%s", m);
    snprintf(answer, sizeof answer, "\"accepted\",\"nonce\":\"%s", m);
}

__attribute__((visibility("default")))
void powercut_set(const char *new_data, const char *new_image, long die_at, long fail_at, int how)
{
    snprintf(data, sizeof data, "%s", new_data);
    snprintf(image, sizeof image, "%s", new_image);
    data_length = strlen(data);
    calls = 0;
    counting = 1;
    last_call = die_at;
    failing_call = fail_at;
    failing_how = how;
}

__attribute__((visibility("default")))
long powercut_calls(void) { return calls; }

static void note(char kind, const char *name, size_t n)
{
    REAL(ssize_t, write, int, const void *, size_t);
    char line[80];
    int size = snprintf(line, sizeof line, "%c %.*s\n", kind, (int)n, name), before = errno;
    if (journal >= 0 && real_write(journal, line, (size_t)size) != size) die("note", "journal");
    errno = before;
}

/* Every name that begins with the mark, where `before` stands in front of it. */
static void note_names(char kind, const char *before, const void *bytes, size_t n)
{
    size_t ahead = strlen(before) - strlen(mark);
    const char *at = bytes, *end = at + n;
    while (at < end && (at = memmem(at, (size_t)(end - at), before, strlen(before)))) {
        const char *name = at + ahead;
        size_t length = 0;
        while (name + length < end && length < 40
               && (name[length] == '-' || (name[length] >= '0' && name[length] <= '9')
                   || (name[length] >= 'a' && name[length] <= 'z'))) length++;
        note(kind, name, length);
        at = name + length;
    }
}

static int is_socket(int fd)
{
    struct stat now;
    int before = errno, found = !fstat(fd, &now) && S_ISSOCK(now.st_mode);
    errno = before;
    return found;
}

/* Bytes leave on a socket: say so before they do. */
static void note_leaving(int fd, const struct iovec *parts, size_t count)
{
    if (journal < 0 || !is_socket(fd)) return;
    for (size_t i = 0; i < count; i++)
        note_names('a', answer, parts[i].iov_base, parts[i].iov_len);
}

/* Whether a path is one of a database's logs. */
static int is_log(const char *path)
{
    size_t n = strlen(path);
    return (n > 4 && !strcmp(path + n - 4, "-wal")) || strstr(path, "/pg_wal/");
}

/* Something was written to one of our files. */
static void note_written(int fd, const void *bytes, ssize_t n)
{
    char path[PATH_MAX];
    if (journal >= 0 && n > 0 && fd_in_image(fd, path) && is_log(path))
        note_names('w', mark, bytes, (size_t)n);
}

/* The words of an order; 0 where it was not given. */
static int told_by(const char *order, char *words, size_t size)
{
    int before = errno, in = order[0] ? open(order, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t n = in < 0 ? 0 : read(in, words, size - 1);
    if (in >= 0) close(in);
    errno = before;
    words[n > 0 ? n : 0] = 0;
    return n > 0;
}

static void wait_for_disk(void)
{
    char words[48];
    long least = wait_us, most = 0;
    if (told_by(slow, words, sizeof words)) sscanf(words, "%ld %ld", &least, &most);
    if (most > least) least += random() % (most - least);
    if (least) usleep((useconds_t)least);
}

/* One I/O call on our data begins: 0, or how it must fail. The process may die here. */
static int call_begins(int fd, int is_sync)
{
    char path[PATH_MAX];
    int before = errno;
    if (!counting || !fd_in_image(fd, path)) { errno = before; return 0; }
    errno = before;
    long now = __sync_add_and_fetch(&calls, 1);
    if (now == last_call) kill(getpid(), SIGKILL);
    int later = failing_call && now > failing_call
        && (failing_how == NO_CALLS || (failing_how == NO_SYNCS && is_sync));
    if (now != failing_call && !later) return 0;
    if (failing_how == NO_SYNCS && !is_sync) return 0;
    errno = failing_how == FULL_CALL ? ENOSPC : EIO;
    return failing_how;
}

/* What a folder holds, in bytes, without what lies in folders of it. */
static off_t held(const char *folder)
{
    char path[2 * PATH_MAX];
    struct dirent *entry;
    struct stat now;
    off_t sum = 0;
    DIR *open_folder = opendir(folder);
    while (open_folder && (entry = readdir(open_folder))) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (!lstat(path, &now) && S_ISREG(now.st_mode)) sum += now.st_size;
    }
    if (open_folder) closedir(open_folder);
    return sum;
}

/* Whether `more` bytes are over the quota, where there is one. */
static int over_quota(off_t more)
{
    char words[32];
    if (!told_by(quota, words, sizeof words)) return 0;
    return held(data) + more > atoll(words);
}
