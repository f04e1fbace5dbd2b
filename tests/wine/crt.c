/* What programs for msvc take from the C library of Visual Studio, which Debian does not have: their start, their end,
   the frame of a function that is larger than a page, and what the linker wants to find. */
#include <windows.h>

int main(int, char **, char **);
typedef void (*initializer)(void);
int _crt_atexit(void (*)(void));
void exit(int);

#define PLACED(name) __attribute__((section(name), used))
ULONG _tls_index;
PLACED(".tls") char _tls_start = 0;
PLACED(".tls$ZZZ") char _tls_end = 0;
PLACED(".CRT$XLA") PIMAGE_TLS_CALLBACK __xl_a = 0;
PLACED(".CRT$XLZ") PIMAGE_TLS_CALLBACK __xl_z = 0;
PLACED(".CRT$XCA") initializer __xc_a = 0;
PLACED(".CRT$XCZ") initializer __xc_z = 0;
PLACED(".rdata$T") const IMAGE_TLS_DIRECTORY64 _tls_used = {
    (ULONGLONG)&_tls_start, (ULONGLONG)&_tls_end, (ULONGLONG)&_tls_index, (ULONGLONG)(&__xl_a + 1)
};
int _fltused = 0x9875;
__asm__(".section .rdata\n .globl \"??_7type_info@@6B@\"\n \"??_7type_info@@6B@\": .quad 0\n .text\n");

void mainCRTStartup(void)
{
    for (initializer *each = &__xc_a + 1; each < &__xc_z; each++)
        if (*each)
            (*each)();
    exit(main(0, NULL, NULL));
}

int atexit(void (*function)(void))
{
    return _crt_atexit(function);
}

BOOL _DllMainCRTStartup(HINSTANCE module, DWORD reason, void *reserved)
{
    return TRUE;
}

/* Touches each page of a frame of `rax` bytes, and leaves all registers as they are. */
__asm__(".globl __chkstk\n"
        "__chkstk:\n"
        "pushq %rcx\n pushq %rax\n cmpq $0x1000, %rax\n leaq 24(%rsp), %rcx\n jb 2f\n"
        "1: subq $0x1000, %rcx\n orq $0, (%rcx)\n subq $0x1000, %rax\n cmpq $0x1000, %rax\n ja 1b\n"
        "2: subq %rax, %rcx\n orq $0, (%rcx)\n popq %rax\n popq %rcx\n ret\n");

__asm__(".section .drectve\n .ascii \" /defaultlib:vcruntime /defaultlib:ucrtmath /defaultlib:ucrt \"\n .text\n");
