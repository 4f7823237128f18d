package hclfunc

const exampleOthers = `
abs(23) == 23
abs(-12.4) == 12.4
ceil(5) == 5
ceil(5.1) == 6
floor(4.9) == 4
floor(-0.1) == -1
log(50, 10) > 1.69 && log(50, 10) < 1.70
log(16, 2) == 4
ceil(log(15, 2)) == 4
max(12, 54, 3) == 54
min([12, 54, 3]...) == 3
parseint("100", 10) == 100
parseint("FF", 16) == 255
parseint("-10", 16) == -16
parseint("1011111011101111", 2) == 48879
parseint("aA", 62) == 656
!can(parseint("12", 2))
pow(3, 2) == 9
pow(4, 0) == 1
!can(pow(-1, 0.5))
signum(-13) == -1
signum(0) == 0
signum(344) == 1
base64decode("SGVsbG8gV29ybGQ=") == "Hello World"
!can(base64decode("/w=="))
base64encode("Hello World") == "SGVsbG8gV29ybGQ="
csvdecode("a,b,c\n1,2,3\n4,5,6") == tolist([{a = "1", b = "2", c = "3"}, {a = "4", b = "5", c = "6"}])
length(csvdecode("a,b")) == 0
!can(csvdecode("a,a\n1,2"))
jsondecode("{\"hello\": \"world\"}") == {hello = "world"}
jsondecode("true")
jsondecode("[1, 2.5, null, {}, []]") == [1, 2.5, null, {}, []]
jsondecode("{\"a\":1,\"a\":2}") == {a = 2}
!can(jsondecode("{\"a\":1,\"a\":\"x\"}"))
!can(jsondecode("{} x")) && !can(jsondecode("[1,")) && !can(jsondecode("[1}")) && !can(jsondecode(""))
jsonencode({"hello" = "world"}) == "{\"hello\":\"world\"}"
jsonencode({b = 1, a = [null, true, 1.5]}) == "{\"a\":[null,true,1.5],\"b\":1}"
jsonencode("<a & b>") == "\"\\u003ca \\u0026 b\\u003e\""
jsonencode(1000000) == "1000000"
urlencode("Hello World!") == "Hello+World%21"
urlencode("☃") == "%E2%98%83"
"http://example.com/search?q=${urlencode("terraform urlencode")}" == "http://example.com/search?q=terraform+urlencode"
urldecode("Hello+World%21") == "Hello World!"
urldecode("%E2%98%83") == "☃"
!can(urldecode("%ff"))
yamldecode("hello: world") == {hello = "world"}
yamldecode("true")
yamldecode("{a: &foo [1, 2, 3], b: *foo}") == {a = [1, 2, 3], b = [1, 2, 3]}
yamldecode("base: &b {x: 1}\nmore:\n  <<: *b\n  z: 2\n").more == {x = 1, z = 2}
!can(yamldecode("{a: &foo [1, *foo, 3]}"))
yamlencode({"a" = "b", "c" = "d"}) == "\"a\": \"b\"\n\"c\": \"d\"\n"
yamlencode({"foo" = [1, 2, 3], "bar" = "baz"}) == "\"bar\": \"baz\"\n\"foo\":\n- 1\n- 2\n- 3\n"
yamlencode({"foo" = [1, {"a" = "b", "c" = "d"}, 3], "bar" = "baz"}) == "\"bar\": \"baz\"\n\"foo\":\n- 1\n- \"a\": \"b\"\n  \"c\": \"d\"\n- 3\n"
tomldecode("a = 1\nb = 2.5\nd = 2026-01-02T03:04:05Z\nl = 2026-01-02\n[t.u]\nx = [1, \"y\"]\n") == {a = 1, b = 2.5, d = "2026-01-02T03:04:05Z", l = "2026-01-02", t = {u = {x = [1, "y"]}}}
tomlencode({b = {y = 1.5, x = 1}, a = "v", n = null}) == "a = 'v'\n\n[b]\nx = 1\ny = 1.5\n"
tomlencode({}) == ""
!can(tomlencode([1])) && !can(tomlencode({a = [null]})) && !can(tomlencode({a = 9223372036854775808}))
basename("foo/bar/baz.txt") == "baz.txt"
dirname("foo/bar/baz.txt") == "foo/bar"
file("hello.txt") == "Hello, World!"
file("crlf.txt") == "\ufeffa\r\nb\r\n"
!can(file("bin.dat"))
filebase64("hello.txt") == "SGVsbG8sIFdvcmxkIQ=="
filebase64("bin.dat") == "/wA="
fileexists("hello.txt") && !fileexists("nope")
fileset(".", "*.txt") == toset(["hello.txt", "crlf.txt"])
fileset("data", "*.txt") == toset(["a.txt", "b.txt"])
fileset("./data/", "../*.dat") == toset(["../bin.dat"])
fileset("d[a]ta", "*") == toset(["x.txt"])
fileset("nested", "**/*.txt") == toset(["deep/e.txt"])
length(fileset("nested", "*.md")) == 0
templatefile("backends.tftpl", {port = 8080, ip_addrs = ["10.0.0.1", "10.0.0.2"]}) == "backend 10.0.0.1:8080\nbackend 10.0.0.2:8080\n"
templatefile("number.tftpl", {n = 1}) == "1"
filemd5("hello.txt") == md5("Hello, World!")
filesha1("hello.txt") == sha1("Hello, World!")
filesha256("hello.txt") == sha256("Hello, World!")
filesha512("hello.txt") == sha512("Hello, World!")
filebase64sha256("hello.txt") == base64sha256("Hello, World!")
filebase64sha512("hello.txt") == base64sha512("Hello, World!")
base64sha256("hello world") == "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="
base64sha512("hello world") == "MJ7MSJwS1utMxA9QyQLytNDtd+5RGnx6m808qG1M2G+YndNbxf9JlnDaNCVbRbDP2DDoH2Bdz33FVC6TrpzXbw=="
md5("hello world") == "5eb63bbbe01eeed093cb22bb8f5acdc3"
sha1("hello world") == "2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"
sha256("hello world") == "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"
sha512("hello world") == "309ecc489c12d6eb4cc40f50c902f2b4d0ed77ee511a7c7a9bcd3ca86d4cd86f989dd35bc5ff499670da34255b45b0cfd830e81f605dcf7dc5542e93ae9cd76f"
can(1) && !can(nope)
try({a = 1}.b, "fallback") == "fallback"
try(nope, 1) == 1
issensitive(sensitive("secret")) && !issensitive("secret") && issensitive(secret)
tobool(true) && tobool("true") && tobool(null) == null
!can(tobool("yes")) && !can(tobool(1))
tolist(["a", "b", 3]) == tolist(["a", "b", "3"])
tolist(toset(["b", "a"])) == tolist(["a", "b"])
tomap({"a" = "foo", "b" = true}) == tomap({"a" = "foo", "b" = "true"})
tonumber("1") == 1 && tonumber(null) == null && !can(tonumber("no"))
toset(["a", "b", 3]) == toset(["a", "b", "3"])
toset(["c", "b", "b"]) == toset(["b", "c"])
tostring("hello") == "hello" && tostring(1) == "1" && tostring(true) == "true" && !can(tostring([]))
formatdate("DD MMM YYYY hh:mm ZZZ", "2018-01-02T23:12:01Z") == "02 Jan 2018 23:12 UTC"
formatdate("EEEE, DD-MMM-YY hh:mm:ss ZZZ", "2018-01-02T23:12:01Z") == "Tuesday, 02-Jan-18 23:12:01 UTC"
formatdate("EEE, DD MMM YYYY hh:mm:ss ZZZ", "2018-01-02T23:12:01-08:00") == "Tue, 02 Jan 2018 23:12:01 -0800"
formatdate("h'h'mm", "2018-01-02T23:12:01-08:00") == "23h12"
formatdate("H 'o''clock'", "2018-01-02T23:12:01-08:00") == "11 o'clock"
timeadd("2017-11-22T00:00:00Z", "10m") == "2017-11-22T00:10:00Z"
timecmp("2017-11-22T00:00:00Z", "2017-11-22T00:00:00Z") == 0
timecmp("2017-11-22T00:00:00Z", "2017-11-22T01:00:00Z") == -1
timecmp("2017-11-22T01:00:00Z", "2017-11-22T00:00:00Z") == 1
timecmp("2017-11-22T01:00:00Z", "2017-11-22T00:00:00-01:00") == 0
`
