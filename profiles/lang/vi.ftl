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
