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

## job
job-other-disk = không làm gì trên { $disk }: ổ đang cắm không phải ổ đã ghi sổ
job-bad-start = không làm gì trên { $disk }: không thể bắt đầu từ byte { $at }
job-write-failed = ghi lên { $disk } tại byte { $at } không được
job-read-failed = đọc lại { $disk } tại byte { $at } không được
job-flush-failed = { $disk } không xác nhận đã ghi xuống thật
job-forget-failed = không bỏ được bộ đệm của { $disk } để đọc lại từ ổ thật
job-hint-arm-again = Xác nhận lại đúng ổ rồi làm lại.
job-hint-start-over = Làm lại từ đầu.
wipe-unknown-method = không có cách xóa { $method }
wipe-no-key = cách xóa { $method } cần khóa mà sổ không ghi khóa
wipe-too-many-bad-blocks = bỏ { $disk }: đã gặp { $count } khối hỏng
wipe-hint-destroy = Ổ này nên được hủy, không trao cho ai.
image-wrong-digest = ảnh giải nén ra không khớp mã BLAKE3 trong bản kê
image-reads-back-wrong = { $disk } đọc lại không giống ảnh đã ghi
image-not-accepted = không cài được lên { $disk }: { $why }
image-source-failed = không đọc được tệp ảnh
image-hint-other-disk = Dùng ổ khác.
image-hint-fetch-again = Chép lại tệp ảnh rồi thử lại; đừng giao máy này.
