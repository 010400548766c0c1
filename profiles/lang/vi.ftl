unknown = không rõ

## linux probe
probe-no-root = Không đọc được thông tin máy: { $path } không phải là thư mục đọc được
