unknown = unknown

## tag

tag-length = The tag number has { $found } symbols; it must have exactly 11 (for example 7K3XQ-92M4T-Z).
tag-symbol = The tag number has a strange character “{ $found }” at place { $at }; only digits and letters stand in it, and no U.
tag-check = The tag number { $read } is not right: a symbol was misread or mistyped. Scan it again or type it again from the tag.
tag-domain = “{ $domain }” cannot be used as the domain of tags: only plain letters, digits, dots and dashes.
tag-too-long = { $characters } characters are too many for a QR code; use a shorter domain.
tag-module-too-small = The QR code is too small: { $pixels } pixels and { $micrometres } µm for each module; at least 2 pixels and 250 µm are needed. Make the tag or the dpi larger.
tag-picture-too-large = The tag's picture would exceed { $most } pixels a side; make the size or the dpi smaller.
tag-not-png = The tag's picture is not a PNG, or is damaged: { $cause }
tag-unreadable = No QR code could be read in the picture: { $cause }
