# Sourced by the scripts that make disk images: what grub-install does for BIOS, without a device.
# shellcheck shell=bash

number() { # VALUE BYTES: little-endian
    local value=$1 left
    for ((left = $2; left > 0; left--)); do
        # shellcheck disable=SC2059 # the format is the byte
        printf "\\x$(printf %02x $((value & 255)))"
        value=$((value >> 8))
    done
}

write_at() { # FILE BYTE: standard input goes there
    dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# GRUB's boot.img goes into the image's first sector and core.img into its BIOS boot partition, one MiB at one MiB, each told
# where the next part lies: both are changed. Offsets: GRUB 2.06, include/grub/i386/pc/boot.h.
embed_bios() { # IMAGE BOOT CORE
    local at=2048
    [ "$(stat -c %s "$3")" -le 1048576 ] || stop 74 "GRUB cho BIOS không vừa phân vùng." "GRUB for BIOS does not fit its partition."
    number $at 8 | write_at "$2" $((0x5c))
    # No jump over the line that mends a BIOS's wrong number of the boot disk.
    number $((0x9090)) 2 | write_at "$2" $((0x66))
    number $((at + 1)) 8 | write_at "$3" $((0x1f4))
    # Up to the table that the partition tool wrote.
    dd if="$2" of="$1" bs=1 count=440 conv=notrunc status=none
    dd if="$3" of="$1" bs=1M seek=1 conv=notrunc status=none
}
