unknown = không rõ

## tag

tag-length = Mã tem có { $found } ký tự; phải có đúng 11 (ví dụ 7K3XQ-92M4T-Z).
tag-symbol = Mã tem có ký tự lạ “{ $found }” ở vị trí thứ { $at }; mã chỉ gồm chữ số và chữ cái, không có chữ U.
tag-check = Mã tem { $read } không đúng: có ký tự đọc hoặc gõ nhầm. Hãy quét lại hoặc gõ lại từ tem.
tag-domain = “{ $domain }” không phải tên miền dùng được cho tem: chỉ gồm chữ cái không dấu, chữ số, dấu chấm và gạch nối.
tag-too-long = Nội dung { $characters } ký tự quá dài cho mã QR; hãy dùng tên miền ngắn hơn.
tag-module-too-small = Mã QR quá nhỏ: mỗi ô chỉ { $pixels } điểm ảnh, { $micrometres } µm; cần ít nhất 2 điểm ảnh và 250 µm. Hãy tăng kích thước tem hoặc dpi.
tag-picture-too-large = Ảnh tem vượt quá { $most } điểm ảnh mỗi cạnh; hãy giảm kích thước hoặc dpi.
tag-not-png = Tệp ảnh tem không phải PNG hoặc đã hỏng: { $cause }
tag-unreadable = Không đọc được mã QR nào trong ảnh: { $cause }
