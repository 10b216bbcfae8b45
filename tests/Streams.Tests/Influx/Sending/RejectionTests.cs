using System.Text;
using System.Text.Json;
using StreamLearn.Streams.Influx.Sending;

namespace StreamLearn.Streams.Tests.Influx.Sending;

public class RejectionTests
{
    private static readonly string[] Lines = ["a f=1 1", "b 'x': f= 2", "c f=3 3", "b 'x': f= 2"];

    public static TheoryData<string, bool, int, int[]> Answers() => new()
    {
        // InfluxDB 1.x: nothing was good.
        { """{"error":"unable to parse 'a f=1 1': missing field value"}""", false, 0, [0] },
        { """{"error":"unable to parse 'a f=1 1': bad\nunable to parse 'c f=3 3': bad"}""", false, 0, [0, 2] },
        // 1.x: the good ones are written.
        { """{"error":"partial write: unable to parse 'a f=1 1': bad\nunable to parse 'c f=3 3': bad dropped=0"}""", true, 2, [] },
        { """{"error":"partial write: field type conflict: input field \"f\" on measurement \"a\" is type float, already exists as type integer dropped=3"}""", true, 3, [] },
        { """{"error":"partial write: points beyond retention policy dropped=99"}""", true, 4, [] },
        // 2.x.
        { """{"code":"invalid","message":"unable to parse 'b 'x': f= 2': missing field value"}""", false, 0, [1, 3] },
        { """{"code":"invalid","message":"something","line":3}""", false, 0, [2] },
        { """{"code":"invalid","message":"something","line":17}""", false, 0, [] },
        { """{"code":"unprocessable entity","message":"failure writing points to database: partial write: field type conflict dropped=1"}""", true, 1, [] },
        // 3.x.
        { """{"error":"partial write of line protocol occurred","data":[{"error_message":"x","line_number":2,"original_line":"b"},{"line_number":4}]}""", true, 2, [] },
        { """{"error":"parsing failed for write_lp endpoint","data":{"line_number":2}}""", false, 0, [] },
        // Words of the protocol within a line.
        { """{"error":"unable to parse 'z partial write': dropped=7"}""", false, 0, [] },
        { "400 Bad Request", false, 0, [] },
        { "", false, 0, [] },
        { "[]", false, 0, [] },
        { "{", false, 0, [] },
        { """{"error":7}""", false, 0, [] },
        { """{"error":"unable to parse '"}""", false, 0, [] },
        { """{"message":"x","line":9999999999999}""", false, 0, [] },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void Given_an_answer_of_a_server_When_it_is_read_Then_it_says_what_was_written_and_which_lines_are_bad(string body, bool isPartial, int lost, int[] bad)
    {
        var rejection = Rejection.Read(body, Piece(Lines));

        Assert.Equal((isPartial, lost), (rejection.IsPartial, rejection.Lost));
        Assert.Equal(bad, rejection.Lines.Order());
    }

    [Fact]
    public void Given_lines_with_any_signs_When_all_of_them_are_named_Then_all_are_found()
    {
        string[] lines = ["a,t=\\ f f=\"it's 'quoted': \\\"x\\\"\" 1", "é\U0001F600 f=1 1", "': f=1 1"];

        var message = string.Join('\n', lines.Select(line => $"unable to parse '{line}': invalid"));
        var rejection = Rejection.Read(JsonSerializer.Serialize(new { error = message }), Piece(lines));

        Assert.Equal([0, 1, 2], rejection.Lines.Order());
    }

    [Fact]
    public void Given_lines_When_they_are_halved_or_some_are_left_out_Then_no_other_changes()
    {
        var piece = Piece(["a", "bb", "ccc", "dddd", "eeeee"]);

        var (first, second) = piece.Halves();
        var rest = piece.Without(new HashSet<int> { 0, 3 });

        Assert.Equal(("a\nbb\n", 2), (Text(first), first.Points));
        Assert.Equal(("ccc\ndddd\neeeee\n", 3), (Text(second), second.Points));
        Assert.Equal(("bb\nccc\neeeee\n", 3), (Text(rest), rest.Points));
    }

    private static LinePiece Piece(string[] lines) => new(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))), lines.Length);

    private static string Text(LinePiece piece) => Encoding.UTF8.GetString(piece.Lines.Span);
}
