unknown = unknown

## linux probe
probe-no-root = Cannot read the machine: { $path } is not a readable folder
