using System.Text;
using StreamLearn.Tests.Fuzzing;

namespace StreamLearn.Streams.Tests.Fuzzing;

/// <summary>Records of the task bandit: good ones, damaged ones, and any bytes at all.</summary>
internal static class BanditMutator
{
    // A hash is where a number goes.
    private static readonly Dictionary<string, string[]> Good = new()
    {
        ["json"] =
        [
            """{"key":"k","id":"d1","time":1,"x":#,"y":true,"allowed":[true,false,true],"actions":[{"id":"a","price":#},{"id":"b","price":#},{"id":"c","price":1}]}""",
            """{"key":"k","id":7,"time":"2023-11-14T22:13:20Z","features":{"x":#,"y":0},"actions":[{"price":#},{"price":2},{"price":3}],"allowed":[0,2]}""",
            """{"key":"k","id":"d1","time":1,"x":#,"y":2,"actions":[{"id":"left","price":1},{"id":"middle","price":1},{"id":"right","price":#}],"action":"left","probability":#,"cost":#}""",
            """{"key":"k","id":"d1","time":1,"x":1,"y":2,"action":2,"probability":#,"reward":#,"allowed":["left",2]}""",
            """{"key":"k","id":"d1","time":1,"x":1,"actions":[{"id":1,"price":1},{"id":2,"price":#}],"action":2,"probability":#,"cost":#}""",
        ],
        ["reward"] =
        [
            """{"key":"k","id":"d1","reward":#}""", """{"key":7,"id":9,"time":1700000000,"reward":#,"unknown":[1]}""",
            """{"key":"k","id":"d1","cost":#}""",
        ],
        ["vw"] =
        [
            "shared 'd1 |User age:# city=paris\n|Action id=a1 price:#\n0:#:# |Action id=a2 price:9\n|Action id=a3",
            "a1|a:2 x\r\na2|a :# :#\r\n", "2:#:0.5 | a b c", "1 2:0.5:# 3 'tag | 1:# 2:#", "| a:# |n b:# c:text",
        ],
        ["dsjson"] =
        [
            """{"_label_cost":#,"_label_probability":#,"_label_Action":2,"_labelIndex":1,"Timestamp":"2020-01-01T00:00:01Z","EventId":"e1","a":[2,1],"c":{"GUser":{"age":#,"city":"x y"},"_multi":[{"_tag":"a1","T":{"price":#}},{"T":[#,2,{"x":#}],"_tag":"a2"}]},"p":[#,0.1]}""",
            """{"c":{"n":{"_text":"a b","x":#},"_multi":[{"x":1},{"y":"text"}]},"_label_cost":#,"a":[1],"p":[#],"_skipLearn":false}""",
            """{"c":{"v":[1,#,null],"_multi":[{}]},"VWState":{"m":"N/A"}}""",
        ],
    };

    private static readonly string[] Numbers =
    [
        "0", "-0", "1", "0.5", "0.25", "0.1", "1", "-1", "1e38", "-3e38", "4e38", "1e308", "1e309", "1e-400", "NaN", "inf", "\"NaN\"", "null",
        "1.0000000001", "3", "1023",
    ];

    private static readonly byte[][] Pieces =
    [
        .. Utf8(
            "{", "}", "[", "]", ":", ",", "\"", "\\", "\\ud800", "\\u0041", "null", "true", "false", "{}", "[]", "|", " |", "| ", "\n", "\n\n", "\r\n",
            "\t", " ", "'", "=", "shared", "shared ", "shared |", "0:1:0.5 ", "1:0.5:0.5 |", "::", ":1", "-1", "1e99", "nan", "\uFEFF",
            "\"id\":", "\"id\":\"\",", "\"key\":", "\"actions\":[],", "\"actions\":", "\"allowed\":[],", "\"allowed\":[5],", "\"action\":0,",
            "\"action\":\"zz\",", "\"probability\":0,", "\"reward\":2,", "\"cost\":1,", "\"x\":", "\"features\":{", "{\"id\":\"a\",\"price\":1},",
            "{\"price\":1},", "\"_multi\":[", "\"_text\":\"a b\",", "\"_tag\":\"t\",", "\"_label_cost\":1,", "\"_labelIndex\":", "\"c\":{", "[[", "|n x:1",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":"),
        [0xef, 0xbb, 0xbf], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xff], [0],
    ];

    private static readonly string[] Keys = ["k", "", "\u00e9", new('k', 1025)];

    /// <summary>A record of a format.</summary>
    internal static FuzzRecord Record(ByteMutator mutator, string format)
    {
        byte[]? key = mutator.Below(3) == 0 ? null : Encoding.UTF8.GetBytes(mutator.One(Keys));
        var value = mutator.Below(20) switch
        {
            0 => null,
            1 => mutator.Bytes(300),
            2 => [.. Enumerable.Range(0, mutator.Below(30)).SelectMany(_ => mutator.One(Pieces))],
            < 9 => Filled(mutator, format),
            _ => mutator.Mutate(Filled(mutator, format), Pieces),
        };
        return new FuzzRecord(key, value, mutator.Below(10) == 0 ? long.MaxValue : mutator.Below(1000));
    }

    private static byte[] Filled(ByteMutator mutator, string format)
    {
        var text = new StringBuilder();
        foreach (var c in mutator.One(Good[format]))
        {
            text.Append(c == '#' ? Number(mutator) : c.ToString());
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Number(ByteMutator mutator) => mutator.Below(3) == 0 ? mutator.One(Numbers) : "0.5";

    private static byte[][] Utf8(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
