"""What nobody sends who means well: by name, and as it is sent, percent-encoded in URLs."""

VALUES = {
    "NUL": "%00",
    "a NUL within": "CN%00RU",
    "bytes that are no UTF-8": "%ff%fe",
    "half a character": "%ed%a0%80",
    "a slash in too many bytes": "%c0%af",
    "a NUL in too many bytes": "%c0%80",
    "a character beyond all": "%f4%90%80%80",
    "64 KB": "x" * 60_000,
    "5,000 digits": "9" * 5_000,
    "5,000 noughts": "0" * 5_000,
    "a number beyond floats": "1e400",
    "no number": "NaN",
    "infinity": "-Infinity",
    "minus nought": "-0",
    "a string of SQL that ends": "%27%20OR%20%271%27=%271",
    "a second statement": "1;DROP%20TABLE%20meetings--",
    "a union": "%27)%20union%20select%20sha256%20from%20keys--",
    "a comment of SQL": "CN/**/",
    "a bound parameter": ":country%20$1%20?",
    "what LIKE takes for anything": "%25",
    "what LIKE takes for four letters": "____",
    "a backslash": "%5c",
    "an expression of a search": "wang%20NOT%20xiaohong",
    "text from right to left": "%e2%80%aeNNN%e2%80%ac",
    "spaces without width": "%e2%80%8b%e2%80%8d%ef%bb%bf",
    "a hundred accents": "e" + "%cc%81" * 100,
    "a unicorn": "%f0%9f%a6%84",
    "a climb": "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "a climb encoded twice": "%252e%252e%252f",
    "a path of Windows": "..%5c..%5cwindows",
    "an address": "http:%2f%2fevil.example%2f",
    "a header": "CN%0d%0aX-Injected:%20yes%0d%0a%0d%0abody",
    "a header after LF": "CN%0aX-Injected:%20yes",
    "a script": "%3cscript%3ealert(1)%3c/script%3e",
    "a template": "%7b%7b7*7%7d%7d$%7b7*7%7d%25s%25n",
    "an object": "%7b%22$gt%22:%22%22%7d",
    "a list": "%5b%22CN%22%5d",
    "null": "null",
    "a plus": "+",
    "no encoding": "%zz%4",
}
"""What is no value of any parameter, and no id."""
NAMES = {
    "nothing": "",
    "brackets": "country[]",
    "a key in brackets": "country[$ne]",
    "another case": "COUNTRY",
    "a space before it": "%20country",
    "a NUL behind it": "country%00",
    "a member": "country.id",
    "a prototype": "__proto__",
    "what Python has": "__class__",
    "what a handler has": "request",
    "half a character": "%ed%a0%80",
    "a header": "a%0d%0aX-Injected:%20yes",
    "64 KB": "x" * 60_000,
    "a script": "%3cscript%3e",
    "a letter from elsewhere": "сountry",
}
"""What is no parameter."""
EXPRESSIONS = (
    *("nobody OR wang", "nobody | wang", "wang NOT nobody", "wang -nobody", "wang & !nobody"),
    *("NEAR(wang nobody)", "nobody:* | wang:*", "title : wang", "{title} : wang nobody"),
    *("w%g", "w_ng", "wan*g", "w?ng", "^nobody + wang", "wang <-> nobody", "wang nobody*"),
    *('nobody" OR "wang', "nobody' OR 'wang", "nobody) OR (wang", r"nobody\' | \'wang"),
)
"""What would find meetings, if a database read it as an expression."""
NO_RECORDS = {
    "nothing": b"",
    "null": b"null",
    "a text": b'"ann-lee"',
    "a list": b"[{}]",
    "half an object": b'{"id": "ann-lee"',
    "two objects": b"{}{}",
    "a comment": b"{/* */}",
    "NUL": b"\0",
    "bytes that are no UTF-8": b'{"id": "\xff\xfe"}',
    "a slash in too many bytes": b'{"id": "\xc0\xaf"}',
    "half a character": rb'{"id": "\ud800"}',
    "half a character in a name": rb'{"\ud800": 1}',
    "half a character in two names": rb'{"\ud800": 1, "\ud800": 2}',
    "NUL in a name": rb'{"\u0000": 1}',
    "no number": b'{"id": NaN}',
    "infinity": b'{"id": -Infinity}',
    "a number beyond floats": b'{"id": 1e400}',
    "5,000 digits": b'{"id": ' + b"9" * 5_000 + b"}",
    "5,000 digits behind the point": b'{"id": 0.' + b"9" * 5_000 + b"}",
    "minus nought": b'{"id": -0}',
    "lists within each other": b"[" * 100_000,
    "lists that end": b'{"id": ' + b"[" * 900 + b"]" * 900 + b"}",
    "objects within each other": b'{"id":' * 100_000,
    "a member twice": b'{"id": "ann-lee", "id": "ann-lee"}',
    "the last of 50,000 twice": b"{%s}"
    % b",".join(b'"%d":0' % (n % 49_999) for n in range(50_000)),
    "20,000 members": b"{%s}" % b",".join(b'"%d":0' % n for n in range(20_000)),
    "a long name": b'{"%s": 1}' % (b"x" * 900_000),
    "a long name twice": b'{"%s": 1, "%s": 2}' % (b"x" * 400_000, b"x" * 400_000),
    "a long id": b'{"id": "%s"}' % (b"x" * 900_000),
    "a long value of a wrong type": b'{"id": [%s]}' % (b"1," * 400_000 + b"1"),
    "a prototype": b'{"__proto__": {"id": "ann-lee"}}',
}
"""What is no record of a person."""
NO_NDJSON = {
    "a type that is long": b'{"type": "%s"}' % (b"x" * 900_000),
    "a type that is a list": b'{"type": ["person"]}',
    "an id that is an object": b'{"type": "person", "id": {"$ne": null}}',
    "half a character": rb'{"type": "person", "id": "\ud800"}',
    "a time before all": b'{"type": "tombstone", "of": "person", "id": "a", "version": 1,'
    b' "reason": "x", "deleted_at": "0001-01-01T00:00:00+23:00"}',
    "a number for a time": b'{"type": "person", "id": "ann-lee", "name": {"en": "A", "zh": "A"},'
    b' "version": 1, "updated_at": "-1"}',
    "a version beyond all": b'{"type": "person", "id": "ann-lee", "name": {"en": "A", "zh": "A"},'
    b' "version": 999999999999999999, "updated_at": "2023-01-01T00:00:00Z"}',
    "a record in a record": b'{"type": "person", "id": ' + b"[" * 200 + b"]" * 200 + b"}",
    "5,000 wrong lines": b"{}\n" * 5_000,
}
"""Lines that are no records."""
NO_YAML = {
    "a call": b"- !!python/object/apply:os.system ['true']",
    "a name of Python": b"- !!python/name:os.system",
    "a tag of somebody": b"- !secret x",
    "no whole number": b'- !!int ""',
    "no number": b'- !!float ""',
    "infinity": b"- type: place\n  latitude: !!float .inf",
    "a number beyond floats": b"- type: place\n  latitude: 1e400",
    "5,000 digits": b"- " + b"9" * 5_000,
    "no switch": b"- !!bool maybe",
    "no time": b"- !!timestamp soon",
    "a thirteenth month": b"- 2023-13-01",
    "a year that is not": b"- 0000-01-01",
    "a zone beyond all": b"- 2023-01-01t00:00:00+99:99",
    "a record that is a text": b"- !!map text",
    "a record that is a list": b"- !!map [a, b]",
    "a set": b"- !!set {a, b}",
    "bytes": b"- !!binary AAAA",
    "no bytes": "- !!binary é".encode(),
    "a name that is a list": b"- ? [a]\n  : b",
    "a name that is a number": b"- 1: 2",
    "a member twice": b"- {a: 1, a: 2}",
    "what stands within itself": b"- &a [*a]",
    "a record that has itself": b"- &a {type: person, id: *a}",
    "no such anchor": b"- *a",
    "lists of lists of lists": b"- &a [x]\n"
    + b"".join(b"- &%c [%s]\n" % (n + 1, b",".join([b"*%c" % n] * 10)) for n in range(97, 105)),
    "what is made of what is made": b"- &a {x: 1}\n"
    + b"".join(
        b"- &%c {<<: [%s]}\n" % (n + 1, b",".join([b"*%c" % n] * 10)) for n in range(97, 105)
    ),
    "a text that is repeated": b"- &a %s\n- [%s]" % (b"x" * 50_000, b",".join([b"*a"] * 500)),
    "lists within each other": b"[" * 20_000,
    "records within each other": b"{a: " * 20_000,
    "20,000 members": b"- {%s}" % b", ".join(b"k%d: 0" % n for n in range(20_000)),
    "NUL": b"- \0",
    "half a character": rb'- "\ud800"',
    "bytes that are no UTF-8": b"- \xff",
    "UTF-16": "- a".encode("utf-16"),
    "two documents": b"--- []\n--- []",
    "a record alone": b"type: person",
}
"""What is no list of records, or is much longer than it is written."""
NO_TABLES = {
    "nothing": b"",
    "NUL": b"date\n\0",
    "bytes that are no UTF-8": b"date\n\xff",
    "a quotation mark": b'date,countries\n"2023',
    "a long cell": b"date,countries\n2023," + b"x" * 200_000,
    "a column twice": b"date,date\n2023,2023",
    "5,000 columns": b"date,%s\n2023" % b",".join(b"c%d" % n for n in range(5_000)),
    "a carriage return": b"date\r2023\r",
    "a command": b"date,countries,source\n2023-01-01,=cmd|' /C calc'!A0,xinhua-english",
    "a string of SQL": b"date,countries,source\n2023-01-01,CN' OR '1'='1;RU,xinhua-english",
}
"""What is no table of meetings."""
NO_FILES = [
    (media, name, content)
    for media, files in {
        "application/x-ndjson": NO_RECORDS | NO_NDJSON,
        "application/yaml": NO_YAML,
        "text/csv": NO_TABLES,
    }.items()
    for name, content in files.items()
    # Nothing but a line end is no line, and a file without lines is taken in.
    if (media, content) != ("application/x-ndjson", b"")
]
"""All of these, by their media type and name."""
NO_TEXTS = {
    "nothing": "",
    "spaces": " \t\n\u3000",
    "what is not seen": "\u200b\u200d\ufeff\u202e",
    "NUL": "Ann\0Lee",
    "a bell": "Ann\aLee",
    "an escape sequence": "\x1b[31mAnn",
    "half a character": "Ann \ud800",
    "too much": "x" * 10_001,
}
"""What is no text of a record."""
TEXTS = {
    "text from right to left": "Ann \u202eeeL\u202c",
    "spaces without width": "Ann\u200b\u200d\ufeffLee",
    "markup": "<script>alert('1')</script>&amp;]]><!--",
    "an event of a calendar": "Ann\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil",
    "cells of a table": 'Ann",=1+1;"\n2023,CN',
    "lines of their own": "Ann\u2028Lee\u2029Ann\x85Lee",
    "no character": "Ann \ufffe\uffff",
    "a hundred accents": "e" + "\u0301" * 100,
    "a unicorn": "🦄" * 100,
    "SQL": "Ann'); DROP TABLE meetings;--",
    "a template": "{{7*7}} ${7*7} %s %n {0}",
}
"""Texts that a format might take for more than that."""
GET = b"GET /v1/dataset HTTP/1.1\r\nHost: x\r\n"
PUT = b"PUT /v1/people/ann-lee?reason=x HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\n"
LAST = b"Connection: close\r\n\r\n"
HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: x\r\n" + LAST
NO_HTTP = {
    "both a length and chunks": PUT
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both chunks and a length": PUT
    + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": PUT + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
    "a list of lengths": PUT + b"Content-Length: 0, 5\r\n\r\n",
    "a length with a sign": PUT + b"Content-Length: +0\r\n\r\n",
    "a length below nought": PUT + b"Content-Length: -1\r\n\r\n",
    "a length in letters": PUT + b"Content-Length: 0x0\r\n\r\n",
    "a length beyond all": PUT + b"Content-Length: 99999999999999999999999\r\n\r\n",
    "a space before a colon": PUT + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "chunks by another name": PUT + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks after a control character": PUT + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "chunks and not": PUT
    + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "a chunk beyond all": PUT + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n",
    "a chunk below nought": PUT + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n",
    "a chunk that ends before": PUT + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
    "a header over two lines": GET + b"X-A: b\r\n c: d\r\n" + LAST,
    "a header without a colon": GET + b"X-A\r\n" + LAST,
    "a header without a name": GET + b": x\r\n" + LAST,
    "NUL in a header": GET + b"X-A: a\0b\r\n" + LAST,
    "a carriage return in a header": GET + b"X-A: a\rb\r\n" + LAST,
    "a letter in a name of a header": GET + "É: x\r\n".encode() + LAST,
    "lines that end in LF": b"GET /v1/dataset HTTP/1.1\nHost: x\n\n",
    "another protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a version that is not": b"GET /v1/dataset HTTP/9.9\r\nHost: x\r\n" + LAST,
    "no path": b"GET ? HTTP/1.1\r\nHost: x\r\n" + LAST,
    "an address without end": b"GET http://[/v1 HTTP/1.1\r\nHost: x\r\n" + LAST,
    "another server": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n" + LAST,
    "bytes": bytes(range(256)),
}
"""What is no request, although another server might take it for one."""
ODD_HTTP = {
    "a body that is a request": GET + b"Content-Length: %d\r\n" % len(HIDDEN) + LAST + HIDDEN,
    "chunks that are nothing": GET + b"Transfer-Encoding: chunked\r\n" + LAST + b"0\r\n\r\n",
    "a trailer": GET
    + b"Transfer-Encoding: chunked\r\n"
    + LAST
    + b"1;a=b\r\nx\r\n0\r\nX-Request-ID: hidden\r\n\r\n",
    "another server in the address": b"GET http://hidden.example/v1/dataset HTTP/1.1\r\n"
    b"Host: hidden\r\n" + LAST,
    "a host that is none": b"GET /v1/dataset HTTP/1.1\r\nHost: [hidden\xff\r\n" + LAST,
    "two hosts": GET + b"Host: hidden\r\n" + LAST,
    "what a proxy would say": GET
    + b"X-Forwarded-Host: hidden\r\nX-Forwarded-Proto: javascript\r\nX-Forwarded-For: ::::\r\n"
    + LAST,
    "another method": GET + b"X-HTTP-Method-Override: DELETE\r\n" + LAST,
    "two request ids": GET + b"X-Request-ID: a b\r\nX-Request-ID: hidden\r\n" + LAST,
    "empty lines before it": b"\r\n\r\n" + GET + LAST,
    "a thousand headers": GET + b"".join(b"X-%d: x\r\n" % n for n in range(1_000)) + LAST,
}
"""Requests of which each is one, and asks for the dataset."""
HEADERS = {
    "nothing": b"",
    "bytes": bytes(range(128, 256)),
    "marks": b";;,,==\"'",
    "a quotation mark": b'"',
    "a number beyond floats": b"gzip;q=1e400, br;q=nan, *;q=-1",
    "40 KB": b"x" * 40_000,
    "ten thousand values": b'"a-b",' * 6_000,
    "what has no end": b'"' + b"-a" * 20_000,
}
"""Values that no header has."""
READ = (
    *("Accept", "Accept-Encoding", "Cookie", "If-None-Match", "If-Modified-Since", "Origin"),
    *("Range", "Referer", "User-Agent", "X-Request-ID", "Authorization", "Content-Type"),
)
"""Headers that change nothing of what is read."""
WRITTEN = ("Authorization", "If-Match", "If-None-Match", "Content-Type", "Content-Encoding")
"""Headers without which nothing is written."""
