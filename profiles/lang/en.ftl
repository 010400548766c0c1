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
