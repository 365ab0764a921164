upper(s)
lower(s)
initcap(s)
length(s)
char_length(s)
trim(s)
ltrim(s)
rtrim(s)
btrim(s)
btrim(s, ' a')
trim(BOTH ' ' FROM s)
trim(LEADING 'A' FROM s)
concat(s, '-', g)
concat('a', NULL)
s || '-' || g
concat_ws('-', s, g)
concat_ws('/', w)
substring(s, 1, 3)
substring(s, 2)
substr(s, -3)
substring(s, -3, 2)
substring(s FROM 2 FOR 2)
left(s, 2)
right(s, 2)
s LIKE 'A%'
s LIKE '%\\%'
s LIKE '%\_%'
s NOT LIKE 'A%'
s ILIKE 'a%'
s LIKE ANY ('A%', 'b%')
s LIKE ALL ('%a%', '%e%')
s RLIKE '^[A-Z]'
s RLIKE 'o'
regexp_like(s, '^a')
regexp(s, '^a')
regexp_extract(s, '([a-z]+)', 1)
regexp_extract(s, '([A-Za-z]+)[ _]([A-Za-z]+)', 2)
regexp_extract(s, '[a-z]+', 0)
regexp_extract(s, 'zzz([0-9])', 1)
regexp_extract_all(s, '([a-z])', 1)
regexp_replace(s, '[aeiou]', '*')
regexp_replace(s, '\\d+', '#')
regexp_replace('run-123-abc', '[0-9]+', '#')
regexp_replace('2026-01-05', '(\\d+)-(\\d+)', '$2/$1')
regexp_count(s, 'a')
replace(s, 'a', 'X')
translate(s, 'ab', 'xy')
split(s, ',')
split(s, ',')[0]
split(s, '[,;]')
split('a.b.c', '\\.')
split('a.b.c', '.')
split_part(s, ',', 1)
split_part('a.b.c', '.', -1)
element_at(split('a/b/c', '/'), -1)
element_at(split('a/b/c', '/'), 1)
try_element_at(split(s, ','), 2)
instr(s, 'a')
locate('a', s)
locate('a', s, 3)
position('a' IN s)
contains(s, 'a')
startswith(s, 'A')
endswith(s, 'e')
reverse(s)
repeat(s, 2)
lpad(s, 10, '*')
rpad(s, 4, '*')
lpad('7', 3, '0')
ascii(s)
chr(65)
md5(s)
sha1(s)
sha2(s, 256)
sha(s)
base64('abc')
unbase64('YWJj')
hex('abc')
encode(s, 'UTF-8')
space(3)
s = 'Alpha One'
s < 'b'
s > 'B'
'it\'s'
"double"
r'a\d'
'a\\b'
'tab\tx'
get_json_object('{"a": {"b": 1}}', '$.a.b')
get_json_object('{"a": "x"}', '$.a')
nullif(s, '')
coalesce(nullif(trim(s), ''), 'none')
url_decode('a%20b')
lower(s) LIKE concat('%', lower('ONE'), '%')
s = :text
s LIKE concat('%', :text, '%')
:none IS NULL OR s = :none
array_contains(CAST(:list AS ARRAY<STRING>), s)
:nolist IS NULL OR array_contains(CAST(:nolist AS ARRAY<STRING>), s)
i = :number
d >= :day
t >= :day
date_sub(:day, 3)
date_add(:day, :number)
CAST(:day AS TIMESTAMP)
q > :decimal
x > :double
CASE WHEN :flag THEN i ELSE n END
:flag AND b
coalesce(:none, s)
CAST(:none AS STRING)
contains(lower(s), lower(:text))
