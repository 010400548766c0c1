unknown = unknown

## wipe
wipe-method-overwrite-zero = overwrite with zeros
wipe-method-overwrite-pattern = overwrite with a keyed pattern
wipe-gap-hidden-areas = hidden areas of the disk (HPA, DCO) were not looked for
wipe-gap-remapped = sectors that the disk has replaced are out of reach
wipe-gap-over-provisioning = spare flash is out of reach
wipe-why-zero = A spinning disk: zeros in every byte, then everything is read back.
wipe-why-zero-unproved-size = Zeros in every byte, then everything is read back; this cannot unmask a disk of false size.
wipe-why-pattern = A keyed pattern, different at every address, then everything is read back: a disk of false size cannot fake it.
wipe-erased = erased
wipe-erased-with-exceptions = erased with exceptions
wipe-not-erased = not erased
wipe-cancelled = stopped on request
wipe-level-none = no level
wipe-level-clear = Clear (NIST SP 800-88)
wipe-level-purge = Purge (NIST SP 800-88)

## imaging
image-corrupt = the image file is damaged at byte { $at }
image-trailing-garbage = something that is not the image follows it in the file, from byte { $at }
image-truncated = the image file is cut short at byte { $at }
image-longer = the image is longer than the { $length } bytes of its manifest
image-shorter = the image has only { $found } bytes, its manifest says { $length }
image-too-large = the image needs { $needs }, the disk has only { $has }
image-wrong-block = the image is made for blocks of { $image } bytes, the disk has { $disk }
image-written = written and read back right
image-not-written = not written
image-cancelled = stopped on request
manifest-syntax = { $file }, line { $line }: not TOML ({ $why })
manifest-unknown-key = { $file }, line { $line }: there is no key { $key }
manifest-missing-key = { $file }: the key { $key } is missing
manifest-wrong-value = { $file }, line { $line }, key { $key }: wants { $wanted }
manifest-wants-text = text, not empty
manifest-wants-id = at most 64 small letters, digits, dashes and dots
manifest-wants-size = a number of bytes, at least 1
manifest-wants-offset = a number of bytes, at least 0
manifest-wants-digest = 64 hexadecimal digits (BLAKE3)
manifest-wants-block = 512 or 4096
manifest-wants-firmware = uefi, bios or both
manifest-wants-partition = partition_offset and partition_length together, inside the image

## job
job-other-disk = nothing was done on { $disk }: the disk attached is not the one on record
job-bad-start = nothing was done on { $disk }: byte { $at } is no place to begin
job-write-failed = writing to { $disk } at byte { $at } failed
job-read-failed = reading back { $disk } at byte { $at } failed
job-flush-failed = { $disk } did not confirm that its data reached the medium
job-forget-failed = the cache of { $disk } could not be dropped before reading back
job-hint-arm-again = Confirm the right disk again and start over.
job-hint-start-over = Start over from the beginning.
wipe-unknown-method = there is no wipe method { $method }
wipe-no-key = wipe method { $method } needs a key and the record has none
wipe-too-many-bad-blocks = gave up on { $disk } after { $count } bad blocks
wipe-hint-destroy = Destroy this disk; hand it to nobody.
image-wrong-digest = the decoded image does not have the BLAKE3 of its manifest
image-reads-back-wrong = { $disk } does not read back as it was written
image-not-accepted = the image was not put on { $disk }: { $why }
image-source-failed = the image file cannot be read
image-hint-other-disk = Use another disk.
image-hint-fetch-again = Copy the image file again and retry; do not hand this machine over.
