i + n
i - n
i * 2
x / 2
n / 4
i / 2
q / 2
try_divide(n, i)
try_divide(x, 0)
try_divide(CAST(q AS DOUBLE), CAST(c AS DOUBLE))
n / NULLIF(i, 0)
n DIV 4
bit_count(i)
bit_count(CAST(FLOOR(POW(2, 59)) AS BIGINT) + 5)
i DIV 2
div(n, 4)
n % 4
i % 3
mod(i, 3)
pmod(i, 3)
pmod(n, 4)
-i
abs(i)
abs(q)
sign(i)
sign(x)
round(x)
round(x, 1)
round(q, 3)
round(c, 2)
round(i / 3, 2)
round(1234567, -2)
bround(x)
bround(q, 1)
bround(2.345, 2)
floor(x)
floor(q)
floor(c)
ceil(x)
ceil(q)
ceil(c)
CAST(floor(x) AS BIGINT)
CAST(floor(q) AS INT)
CAST(q AS DOUBLE)
CAST(x AS DECIMAL(38,12))
CAST(q AS DECIMAL(18,2))
CAST(c AS DECIMAL(10,2))
CAST(s AS STRING)
CAST(i AS STRING)
CAST(n AS STRING)
CAST(q AS STRING)
CAST(c AS STRING)
CAST(b AS STRING)
CAST(b AS INT)
CAST(i AS BOOLEAN)
CAST('12' AS INT)
CAST('12.5' AS DOUBLE)
CAST('1.25' AS DECIMAL(10,2))
try_cast('2026-13-01' AS DATE)
q * CAST(c AS DECIMAL(14,10))
c * 2
c * 1.5
1 - c
c * CAST(0.3 AS DECIMAL(7,6))
q * (1 - CAST(0.25 AS DECIMAL(7,6)))
q > c
i > 2.5
sqrt(4)
sqrt(abs(x))
power(2, 3)
power(i, 2)
pow(2, 0.5)
exp(1)
ln(10)
ln(0)
sin(1)
pi()
greatest(i, n)
greatest(i, n, 4)
least(i, NULL, 2)
coalesce(i, 0)
nvl(i, -1)
ifnull(i, -1)
nvl2(i, 1, 2)
nullif(i, 5)
zeroifnull(i)
nullifzero(i)
if(i > 2, 'big', 'small')
CASE WHEN i > 2 THEN 'big' WHEN i IS NULL THEN 'none' ELSE 'small' END
CASE i WHEN 5 THEN 'five' ELSE 'other' END
i IN (3, 5)
i NOT IN (3, 5)
i BETWEEN 1 AND 5
i <=> NULL
i <=> 5
equal_null(i, 5)
i IS DISTINCT FROM 5
isnull(i)
isnotnull(i)
isnan(x)
b AND i > 0
b OR i > 0
NOT b
b = true
b IS TRUE
b IS NOT FALSE
i & 6
i ^ 3
hex(17)
1e3
1.5
1.5D
10L
1.5BD
CAST(1 AS TINYINT)
factorial(5)
degrees(1)
decode(i, 5, 'five', 3, 'three', 'other')
