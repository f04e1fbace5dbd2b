// Stands between a compiler and its standard error. What it says there of the text in the variable REWORDED, it says with another first letter, as a
// version of it might that is still to come. With REWORDED_WHERE it only does so where that variable is set, too. Where it did, a file REWORDED_SEEN is.
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

ssize_t write(int file, const void *bytes, size_t length) {
  const char *text = getenv("REWORDED"), *where = getenv("REWORDED_WHERE");
  char *said = file == STDERR_FILENO && text && *text && (!where || getenv(where)) ? malloc(length) : NULL;
  if (!said) return syscall(SYS_write, file, bytes, length);
  memcpy(said, bytes, length);
  size_t size = strlen(text), was_said = 0;
  for (size_t at = 0; at + size <= length; at++)
    if (memcmp(said + at, text, size) == 0) said[at] = 'X', was_said = 1;
  const char *seen = was_said ? getenv("REWORDED_SEEN") : NULL;
  if (seen) close(open(seen, O_CREAT | O_WRONLY, 0600));
  ssize_t written = syscall(SYS_write, file, said, length);
  free(said);
  return written;
}
