unknown = unknown
