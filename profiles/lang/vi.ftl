unknown = không rõ

## wipe
wipe-method-overwrite-zero = ghi đè bằng số 0
wipe-method-overwrite-pattern = ghi đè bằng mẫu có khóa
wipe-gap-hidden-areas = chưa kiểm tra vùng ẩn của ổ (HPA, DCO)
wipe-gap-remapped = không với tới các sector đã bị ổ thay thế
wipe-gap-over-provisioning = không với tới vùng dự phòng của bộ nhớ flash
wipe-why-zero = Ổ quay: ghi số 0 lên từng byte rồi đọc lại toàn bộ.
wipe-why-zero-unproved-size = Ghi số 0 rồi đọc lại toàn bộ; cách này không phát hiện được ổ giả dung lượng.
wipe-why-pattern = Ghi mẫu có khóa, mỗi địa chỉ một khác, rồi đọc lại toàn bộ: ổ giả dung lượng không thể qua mặt.
wipe-erased = đã xóa
wipe-erased-with-exceptions = đã xóa, có ngoại lệ
wipe-not-erased = chưa xóa
wipe-cancelled = đã dừng theo yêu cầu
wipe-level-none = không đạt mức nào
wipe-level-clear = mức Clear (NIST SP 800-88)
wipe-level-purge = mức Purge (NIST SP 800-88)

## imaging
image-corrupt = tệp ảnh hỏng tại byte { $at }
image-trailing-garbage = tệp ảnh có dữ liệu lạ ở cuối, từ byte { $at }
image-truncated = tệp ảnh bị cụt, hết ở byte { $at }
image-longer = ảnh dài hơn { $length } byte ghi trong bản kê
image-shorter = ảnh chỉ có { $found } byte, bản kê ghi { $length }
image-too-large = ảnh cần { $needs }, ổ chỉ có { $has }
image-wrong-block = ảnh làm cho khối { $image } byte, ổ dùng khối { $disk } byte
image-written = đã cài, đọc lại đúng
image-not-written = chưa cài được
image-cancelled = đã dừng theo yêu cầu
manifest-syntax = { $file }, dòng { $line }: không phải TOML ({ $why })
manifest-unknown-key = { $file }, dòng { $line }: không có khóa { $key }
manifest-missing-key = { $file }: thiếu khóa { $key }
manifest-wrong-value = { $file }, dòng { $line }, khóa { $key }: cần { $wanted }
manifest-wants-text = chữ, không để trống
manifest-wants-id = tối đa 64 chữ thường không dấu, chữ số, gạch nối, dấu chấm
manifest-wants-size = số byte, ít nhất 1
manifest-wants-offset = số byte, từ 0
manifest-wants-digest = 64 chữ số thập lục phân (BLAKE3)
manifest-wants-block = 512 hoặc 4096
manifest-wants-firmware = uefi, bios hoặc both
manifest-wants-partition = partition_offset và partition_length đi cùng nhau, nằm trong ảnh
