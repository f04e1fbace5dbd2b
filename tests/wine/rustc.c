/* The compiler of programs that run in wine: the host's, of which a program in wine gets no handle.

   It starts the host's compiler, RUSTC_HOST, through a shell, waits until that has left its exit code in a file, and
   passes on what it printed. Paths of the drive Z: are those of the host; RUSTC_DRIVE_C is where the host has C:. */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Writes a text with the paths in it as the host has them. */
static char *for_host(const char *text)
{
    const char *drive = getenv("RUSTC_DRIVE_C");
    char *made = malloc(strlen(text) * (drive ? strlen(drive) + 1 : 1) + 1), *to = made;
    int begins = 1;
    for (const char *at = text; *at; at++) {
        int is_drive = begins && at[1] == ':' && at[2] && strchr("\\/", at[2]);
        begins = strchr("= ,", *at) != NULL;
        if (is_drive && strchr("Zz", *at)) {
            at++;
        } else if (is_drive && strchr("Cc", *at) && drive) {
            to += sprintf(to, "%s", drive);
            at++;
        } else {
            /* A backslash before a quote is none of a path. */
            *to++ = *at == '\\' && at[1] && !strchr("\"'\\", at[1]) ? '/' : *at;
        }
    }
    *to = 0;
    return made;
}

/* Writes a text as the shell reads it. */
static void quoted(FILE *script, const char *text)
{
    fputc('\'', script);
    for (const char *at = text; *at; at++)
        fputs(*at == '\'' ? "'\\''" : (char[]){ *at, 0 }, script);
    fputc('\'', script);
}

static void pass_on(const char *folder, const char *name, FILE *to)
{
    char path[MAX_PATH], bytes[4096];
    size_t count;
    snprintf(path, sizeof path, "Z:%s\\%s", folder, name);
    FILE *from = fopen(path, "rb");
    if (!from)
        return;
    while ((count = fread(bytes, 1, sizeof bytes, from)))
        fwrite(bytes, 1, count, to);
    fclose(from);
    DeleteFileA(path);
}

int main(int argc, char **argv)
{
    static const char *const paths[] = { "HOOKABLE_LINE", "TMPDIR" };
    static const char *const told[] = { "wanted", "anew/read" };
    static const char *const lines[] = { "line.rs", "outer0.rs", "outer1.rs" };
    char folder[100], path[MAX_PATH], command[200];
    STARTUPINFOA startup = { sizeof startup };
    PROCESS_INFORMATION process = { 0 };
    int code = 99;

    /* wine counts processes from the same number at each start. */
    snprintf(folder, sizeof folder, "/tmp/wine-rustc-%lu-%lu", GetCurrentProcessId(), GetTickCount());
    snprintf(path, sizeof path, "Z:%s", folder);
    CreateDirectoryA(path, NULL);
    snprintf(path, sizeof path, "Z:%s\\run", folder);
    FILE *script = fopen(path, "wb");
    if (!script)
        return code;
    fprintf(script, "exec >%s/out 2>%s/err\n", folder, folder);
    for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (getenv(paths[i])) {
            fprintf(script, "export %s=", paths[i]);
            quoted(script, for_host(getenv(paths[i])));
            fputc('\n', script);
        }
    }
    /* The attribute reads these files, which have paths of this system in them. */
    for (unsigned i = 0; i < sizeof told / sizeof *told; i++)
        fprintf(script, "[ ! -f \"$HOOKABLE_LINE/%s\" ] || sed -i 's#[Zz]:[\\\\/]*#/#g; s#[Cc]:[\\\\/]*#'\"$RUSTC_DRIVE_C\"'/#g; s#\\\\\\\\*#/#g' \"$HOOKABLE_LINE/%s\"\n", told[i], told[i]);
    /* What is asked for completions is in a file that the line includes. */
    fprintf(script, "case $HOOKABLE_LINE in */questions) sed -i '/include!/{s#[Zz]:[\\\\/]*#/#g; s#[Cc]:[\\\\/]*#'\"$RUSTC_DRIVE_C\"'/#g; s#\\\\\\\\*#/#g}' \"$HOOKABLE_LINE/line.rs\" ;; esac\n");
    fprintf(script, "\"$RUSTC_HOST\"");
    for (int i = 1; i < argc; i++) {
        fputc(' ', script);
        quoted(script, for_host(argv[i]));
    }
    /* The program knows the files of lines by other paths than the host. */
    for (int i = 0; getenv("HOOKABLE_LINE") && i < (int)(sizeof lines / sizeof *lines); i++) {
        char *line = malloc(strlen(getenv("HOOKABLE_LINE")) + 20);
        sprintf(line, "%s\\%s", getenv("HOOKABLE_LINE"), lines[i]);
        fputs(" --remap-path-prefix=", script);
        quoted(script, for_host(line));
        fputc('=', script);
        quoted(script, line);
    }
    fprintf(script, "\necho $? >%s/code.new\nexec >&- 2>&-\nmv %s/code.new %s/code\n", folder, folder, folder);
    fclose(script);

    snprintf(command, sizeof command, "/bin/sh %s/run", folder);
    CreateProcessA("Z:\\bin\\sh", command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process);
    snprintf(path, sizeof path, "Z:%s\\code", folder);
    for (int waits = 0; waits < 60000; waits++) {
        FILE *ended = fopen(path, "rb");
        if (ended) {
            if (fscanf(ended, "%d", &code) != 1)
                code = 99;
            fclose(ended);
            DeleteFileA(path);
            break;
        }
        Sleep(5);
    }
    pass_on(folder, "out", stdout);
    pass_on(folder, "err", stderr);
    snprintf(path, sizeof path, "Z:%s\\run", folder);
    DeleteFileA(path);
    snprintf(path, sizeof path, "Z:%s", folder);
    RemoveDirectoryA(path);
    return code;
}
