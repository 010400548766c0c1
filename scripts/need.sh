# Sourced by the scripts beside it: says things in two languages and installs what is missing, only with apt.
# Callers set `lang` through read_lang; everything said goes to stderr.
# shellcheck shell=bash

lang="vi"
missing=()
# Disk tools live where a plain user's PATH does not look.
export PATH="$PATH:/usr/sbin:/sbin"

say() { # VIETNAMESE ENGLISH
    if [ "$lang" = en ]; then printf '%s\n' "$2" >&2; else printf '%s\n' "$1" >&2; fi
}

stop() { # EXIT-CODE VIETNAMESE ENGLISH
    say "$2" "$3"
    exit "$1"
}

read_lang() { # ARGUMENTS...: finds `--lang en` or `--lang=en`, leaves the arguments alone
    local before=
    for argument in "$@"; do
        if [ "$before" = --lang ] || [[ "$argument" == --lang=* ]]; then lang=${argument#--lang=}; fi
        before=$argument
    done
}

need() { # COMMAND PACKAGE VIETNAMESE-REASON ENGLISH-REASON
    command -v "$1" >/dev/null && return
    missing+=("$2")
    say "Còn thiếu $2: $3." "Missing $2: $4."
}

install_missing() {
    [ ${#missing[@]} -eq 0 ] && return
    local as=()
    command -v apt-get >/dev/null || stop 75 \
        "Máy này không có apt (không phải Debian): hãy tự cài ${missing[*]} rồi chạy lại." \
        "This system has no apt (it is not Debian): install ${missing[*]} yourself and run this again."
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null || ! { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
            stop 75 "Cần quyền root để cài ${missing[*]}: chạy lại bằng root, hoặc cài trước bằng apt-get install." \
                "Installing ${missing[*]} needs root: run this as root, or install them first with apt-get install."
        fi
        as=(sudo)
    fi
    say "Đang cài bằng apt: ${missing[*]}" "Installing with apt: ${missing[*]}"
    # Downgrades only what is asked for in a version of its own.
    local install=("${as[@]}" env DEBIAN_FRONTEND=noninteractive
        apt-get -qq -o DPkg::Lock::Timeout=300 install -y --allow-downgrades --no-install-recommends)
    # A fresh machine has no package lists yet, an old one has stale ones: fetch them only when it does not work without.
    "${install[@]}" "${missing[@]}" >/dev/null 2>&1 ||
        { "${as[@]}" apt-get -qq update && "${install[@]}" "${missing[@]}" >/dev/null; } ||
        stop 75 "apt không cài được ${missing[*]}: xem lỗi ở trên, kiểm tra mạng rồi chạy lại." \
            "apt could not install ${missing[*]}: see above, check the network and run this again."
    missing=()
}

need_rust() {
    local least=95 found
    found=$(rustc --version 2>/dev/null | sed -n 's/^rustc 1\.\([0-9]*\)\..*/\1/p') || true
    if ! command -v cargo >/dev/null || [ -z "$found" ]; then
        stop 75 "Máy này chưa có Rust: cài Rust 1.$least trở lên (https://rustup.rs) rồi chạy lại." \
            "This machine has no Rust: install Rust 1.$least or newer (https://rustup.rs) and run this again."
    fi
    if [ "$found" -lt "$least" ]; then
        stop 75 "Rust 1.$found quá cũ, cần 1.$least trở lên: cập nhật (rustup update) rồi chạy lại." \
            "Rust 1.$found is too old, 1.$least or newer is needed: update it (rustup update) and run this again."
    fi
}

need_to_build() {
    need cc build-essential "trình biên dịch C cho SQLite, zstd và xz" "the C compiler that SQLite, zstd and xz need"
}

need_for_image() {
    need mke2fs e2fsprogs "tạo và kiểm tra hệ tập tin ext4" "makes and checks ext4 file systems"
    need mmd mtools "xem và đặt tệp trên phân vùng FAT của ổ đã cài" "looks into FAT partitions of written disks and puts files there"
    need fsck.fat dosfstools "kiểm tra phân vùng FAT" "checks FAT partitions"
    need ntfsresize ntfs-3g "mở rộng và kiểm tra phân vùng NTFS" "grows and checks NTFS partitions"
    need btrfs btrfs-progs "mở rộng và kiểm tra phân vùng btrfs" "grows and checks btrfs partitions"
    need sfdisk fdisk "tạo bảng phân vùng" "makes partition tables"
    need zstd zstd "nén ảnh hệ thống" "compresses system images"
    need b3sum b3sum "tính mã BLAKE3 của ảnh bằng một chương trình khác" "computes the image's BLAKE3 with another program"
}

need_for_system() {
    need mmdebstrap mmdebstrap "cài Debian vào một thư mục" "installs Debian into a folder"
    need mkfs.vfat dosfstools "tạo phân vùng EFI" "makes the EFI partition"
    need mcopy mtools "chép tệp vào phân vùng EFI" "copies files into the EFI partition"
    need mkfs.ext4 e2fsprogs "tạo và kiểm tra hệ tập tin ext4" "makes and checks ext4 file systems"
    need sfdisk fdisk "tạo bảng phân vùng" "makes partition tables"
}

need_for_stick() {
    need mkfs.vfat dosfstools "tạo phân vùng EFI" "makes the EFI partition"
    need mcopy mtools "chép tệp vào phân vùng EFI" "copies files into the EFI partition"
    need mkfs.ext4 e2fsprogs "tạo và kiểm tra hệ tập tin ext4" "makes and checks ext4 file systems"
    need sfdisk fdisk "tạo bảng phân vùng" "makes partition tables"
    need cpio cpio "đóng gói hệ thống của thẻ" "packs the stick's system"
    need zstd zstd "nén hệ thống của thẻ" "compresses the stick's system"
    need perl perl-base "làm phông chữ cho màn hình chữ" "makes the console's font"
    [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || missing+=(debian-archive-keyring)
}

need_for_guests() {
    need qemu-system-x86_64 qemu-system-x86 \
        "khởi động máy ảo có ổ SATA, NVMe, USB" "starts virtual machines with SATA, NVMe and USB disks"
    # Tools newer than the release keep its own QEMU out: they go back to the release's.
    case "${missing[*]} $(dpkg-query -W -f '${Version}' qemu-utils 2>/dev/null)" in
    *qemu-system*~bpo12*) missing+=('qemu-utils=1:7.2*') ;;
    esac
    need smartctl smartmontools "hỏi sức khỏe ổ đĩa trong máy ảo" "asks disks in a virtual machine how they are"
    need dmsetup dmsetup "làm ra ổ đĩa nói dối trong máy ảo" "makes disks that lie in a virtual machine"
    need xz xz-utils "giải nén nhân Debian" "unpacks Debian's kernel"
    need iasl acpica-tools "cho máy ảo có pin và bộ sạc" "gives virtual machines packs and a charger"
    need swtpm swtpm "đóng vai chip TPM của máy ảo" "plays the TPM of a virtual machine"
    need strip binutils "thu nhỏ chương trình cho máy ảo" "makes the program small for a virtual machine"
}
