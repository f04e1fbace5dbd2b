    .section __TEXT,__text,regular,pure_instructions
    .globl _slot_calls
    .p2align 4
_slot_calls:
    .cfi_startproc
    push rbx
    .cfi_def_cfa_offset 16
    .cfi_offset rbx, -16
    mov edi, 4
    call _macho_private
    mov ebx, eax
    inc dword ptr [rip + _macho_count]
    add ebx, dword ptr [rip + _macho_count]
    mov dword ptr [rip + _macho_zero + 4], 1000
    add ebx, dword ptr [rip + _macho_zero + 4]
    mov rax, qword ptr [rip + _hookable_macho_variable@GOTPCREL]
    add ebx, dword ptr [rax]
    lea rdi, [rip + L_text]
    call _atoi
    add ebx, eax
    cvttsd2si eax, qword ptr [rip + L_number]
    add ebx, eax
    mov rax, qword ptr [rip + _macho_pointer]
    call rax
    add eax, ebx
    pop rbx
    ret
    .cfi_endproc

    .globl _macho_private
    .private_extern _macho_private
    .p2align 4
_macho_private:
    .cfi_startproc
    lea rdx, [rip + _macho_distances]
    movsxd rax, dword ptr [rdx + rdi]
    add rax, rdx
    movzx eax, word ptr [rax]
    ret
    .cfi_endproc

    .globl _macho_unused
_macho_unused:
    .cfi_startproc
    jmp _macho_is_nowhere
    .cfi_endproc

    .globl _slot_wide
    .p2align 4
_slot_wide:
    .cfi_startproc
    movups xmm0, xmmword ptr [rip + L_wide]
    movd eax, xmm0
    ret
    .cfi_endproc

    .globl _slot_unwinds
    .p2align 4
_slot_unwinds:
Lfunc_begin0:
    .cfi_startproc
    .cfi_personality 155, _rust_eh_personality
    .cfi_lsda 16, Lexception0
    push rbp
    .cfi_def_cfa_offset 16
    .cfi_offset rbp, -16
    mov rbp, rsp
    .cfi_def_cfa_register rbp
    push rbx
    push rax
    .cfi_offset rbx, -24
    mov ebx, 30
Ltmp0:
    mov edi, 5
    call _macho_panics
Ltmp1:
    add rsp, 8
    pop rbx
    pop rbp
    ret
Ltmp2:
    mov edi, ebx
    mov rbx, rax
    call _hookable_macho_dropped
    mov rdi, rbx
    call __Unwind_Resume
    ud2
Lfunc_end0:
    .cfi_endproc

    .p2align 4
_macho_panics:
    .cfi_startproc
    push rbp
    .cfi_def_cfa_offset 16
    .cfi_offset rbp, -16
    mov rbp, rsp
    .cfi_def_cfa_register rbp
    push rbx
    push rax
    .cfi_offset rbx, -24
    xor ebx, ebx
    call _hookable_macho_panics
    add rsp, 8
    pop rbx
    pop rbp
    ret
    .cfi_endproc

    .globl _slot_locals
    .p2align 4
_slot_locals:
    .cfi_startproc
    push rbp
    .cfi_def_cfa_offset 16
    .cfi_offset rbp, -16
    mov rbp, rsp
    .cfi_def_cfa_register rbp
    mov ecx, 5
    mov r11d, 6
    mov rdi, qword ptr [rip + _macho_local@TLVP]
    call [rdi]
    inc dword ptr [rax]
    mov esi, dword ptr [rax]
    mov rdi, qword ptr [rip + _macho_local_zero@TLVP]
    call [rdi]
    inc dword ptr [rax]
    imul esi, dword ptr [rax]
    lea eax, [rsi + rcx]
    add eax, r11d
    pop rbp
    ret
    .cfi_endproc

    .section __DATA,__data
    .p2align 3
_macho_into_text:
    .quad L_text + 1
