    .section __TEXT,__text,regular,pure_instructions
    .globl _slot_calls
    .p2align 2
_slot_calls:
    .cfi_startproc
    stp x20, x19, [sp, #-32]!
    stp x29, x30, [sp, #16]
    add x29, sp, #16
    .cfi_def_cfa w29, 16
    .cfi_offset w30, -8
    .cfi_offset w29, -16
    .cfi_offset w19, -24
    .cfi_offset w20, -32
    mov w0, #4
    bl _macho_private
    mov w19, w0
    adrp x8, _macho_count@PAGE
    ldr w9, [x8, _macho_count@PAGEOFF]
    add w9, w9, #1
    str w9, [x8, _macho_count@PAGEOFF]
    add w19, w19, w9
    adrp x8, _macho_zero@PAGE+4
    add x8, x8, _macho_zero@PAGEOFF+4
    mov w9, #1000
    str w9, [x8]
    ldr w9, [x8]
    add w19, w19, w9
    adrp x8, _hookable_macho_variable@GOTPAGE
    ldr x8, [x8, _hookable_macho_variable@GOTPAGEOFF]
    ldr w8, [x8]
    add w19, w19, w8
    adrp x0, L_text@PAGE
    add x0, x0, L_text@PAGEOFF
    bl _atoi
    add w19, w19, w0
    adrp x8, L_number@PAGE
    ldr d0, [x8, L_number@PAGEOFF]
    fcvtzs w8, d0
    add w19, w19, w8
    adrp x8, _macho_pointer@PAGE
    ldr x8, [x8, _macho_pointer@PAGEOFF]
    blr x8
    add w0, w0, w19
    ldp x29, x30, [sp, #16]
    ldp x20, x19, [sp], #32
    ret
    .cfi_endproc

    .globl _macho_private
    .private_extern _macho_private
    .p2align 2
_macho_private:
    .cfi_startproc
    adrp x8, _macho_distances@PAGE
    add x8, x8, _macho_distances@PAGEOFF
    ldrsw x9, [x8, w0, uxtw]
    add x8, x8, x9
    ldrh w0, [x8]
    ret
    .cfi_endproc

    .globl _macho_unused
_macho_unused:
    .cfi_startproc
    b _macho_is_nowhere
    .cfi_endproc

    .globl _slot_wide
    .p2align 2
_slot_wide:
    .cfi_startproc
    adrp x8, L_wide@PAGE
    ldr q0, [x8, L_wide@PAGEOFF]
    fmov w0, s0
    ret
    .cfi_endproc

    .globl _slot_unwinds
    .p2align 2
_slot_unwinds:
Lfunc_begin0:
    .cfi_startproc
    .cfi_personality 155, _rust_eh_personality
    .cfi_lsda 16, Lexception0
    stp x20, x19, [sp, #-32]!
    stp x29, x30, [sp, #16]
    add x29, sp, #16
    .cfi_def_cfa w29, 16
    .cfi_offset w30, -8
    .cfi_offset w29, -16
    .cfi_offset w19, -24
    .cfi_offset w20, -32
    mov w20, #30
    fmov d8, #7.0
Ltmp0:
    mov w0, #5
    bl _macho_panics
Ltmp1:
    ldp x29, x30, [sp, #16]
    ldp x20, x19, [sp], #32
    ret
Ltmp2:
    mov x19, x0
    fcvtzs w8, d8
    sub w8, w8, #7
    add w0, w20, w8
    bl _hookable_macho_dropped
    mov x0, x19
    bl __Unwind_Resume
    brk #1
Lfunc_end0:
    .cfi_endproc

    .p2align 2
_macho_panics:
    .cfi_startproc
    stp d9, d8, [sp, #-48]!
    stp x20, x19, [sp, #16]
    stp x29, x30, [sp, #32]
    add x29, sp, #32
    .cfi_def_cfa w29, 16
    .cfi_offset w30, -8
    .cfi_offset w29, -16
    .cfi_offset w19, -24
    .cfi_offset w20, -32
    .cfi_offset b8, -40
    .cfi_offset b9, -48
    mov w20, #0
    fmov d8, xzr
    bl _hookable_macho_panics
    ldp x29, x30, [sp, #32]
    ldp x20, x19, [sp, #16]
    ldp d9, d8, [sp], #48
    ret
    .cfi_endproc

    .globl _slot_locals
    .p2align 2
_slot_locals:
    .cfi_startproc
    stp x29, x30, [sp, #-16]!
    mov x29, sp
    .cfi_def_cfa w29, 16
    .cfi_offset w30, -8
    .cfi_offset w29, -16
    mov w9, #5
    mov w10, #6
    adrp x0, _macho_local@TLVPPAGE
    ldr x0, [x0, _macho_local@TLVPPAGEOFF]
    ldr x8, [x0]
    blr x8
    ldr w11, [x0]
    add w11, w11, #1
    str w11, [x0]
    adrp x0, _macho_local_zero@TLVPPAGE
    ldr x0, [x0, _macho_local_zero@TLVPPAGEOFF]
    ldr x8, [x0]
    blr x8
    ldr w12, [x0]
    add w12, w12, #1
    str w12, [x0]
    mul w11, w11, w12
    add w9, w9, w10
    add w0, w11, w9
    ldp x29, x30, [sp], #16
    ret
    .cfi_endproc

    .section __DATA,__data
    .p2align 3
_macho_into_text:
    .quad L_text + 1
