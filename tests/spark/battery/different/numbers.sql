q / c
1 / 0
try_cast('x' AS INT)
try_cast('12.7' AS INT)
log(2, 8)
log10(1000)
log2(8)
shiftleft(i, 2)
conv('ff', 16, 10)
width_bucket(x, 0, 10, 5)
format_number(x, 2)
try_add(i, 1)
try_subtract(i, 1)
try_multiply(i, 2)
hash(i)
xxhash64(s)
crc32(s)
typeof(i)
usage_quantity * pricing.effective_list.default
usage_quantity / 2
CAST(CAST(q AS DECIMAL(38,12)) AS INT)
x / n
CAST(CAST(n AS DOUBLE) AS STRING)
