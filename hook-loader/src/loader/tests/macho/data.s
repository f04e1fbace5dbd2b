    .section __TEXT,__gcc_except_tab
    .p2align 2
GCC_except_table0:
Lexception0:
    .byte 255
    .byte 255
    .byte 1
    .uleb128 Lcst_end0-Lcst_begin0
Lcst_begin0:
    .uleb128 Ltmp0-Lfunc_begin0
    .uleb128 Ltmp1-Ltmp0
    .uleb128 Ltmp2-Lfunc_begin0
    .byte 0
    .uleb128 Ltmp1-Lfunc_begin0
    .uleb128 Lfunc_end0-Ltmp1
    .byte 0
    .byte 0
Lcst_end0:

    .section __TEXT,__cstring,cstring_literals
L_other:
    .asciz "none"
L_text:
    .asciz "10000"

    .section __TEXT,__literal8,8byte_literals
    .p2align 3
L_number:
    .quad 0x40f86a0000000000

    .section __TEXT,__literal16,16byte_literals
    .p2align 4
    .quad 1, 2
L_wide:
    .quad 77, 3

    .section __TEXT,__const
    .p2align 2
_macho_distances:
    .long _macho_words - _macho_distances
    .long _macho_words + 2 - _macho_distances
    .globl _macho_words
_macho_words:
    .short 1, 2

    .section __DATA,__const
    .p2align 3
_macho_pointer:
    .quad _hookable_macho_million

    .section __DATA,__data
    .globl _macho_count
    .p2align 2
_macho_count:
    .long 19
    .globl _macho_weak
    .weak_definition _macho_weak
_macho_weak:
    .long 5

    .zerofill __DATA,__bss,_macho_zero,8,2
    .comm _macho_common,8,3

    .section __DATA,__thread_data,thread_local_regular
    .p2align 2
_macho_local$tlv$init:
    .long 7

    .section __DATA,__thread_vars,thread_local_variables
    .globl _macho_local
_macho_local:
    .quad __tlv_bootstrap
    .quad 0
    .quad _macho_local$tlv$init
_macho_local_zero:
    .quad __tlv_bootstrap
    .quad 0
    .quad _macho_local_zero$tlv$init

    .tbss _macho_local_zero$tlv$init, 4, 2

    .weak_reference _macho_perhaps
    .section __DATA,__weak
    .quad _macho_perhaps
    .subsections_via_symbols
