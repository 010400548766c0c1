unknown = không rõ
