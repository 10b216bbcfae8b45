using System.IO.Compression;
using System.Text;
using StreamLearn.Streams.Files;

namespace StreamLearn.Streams.Tests.Files;

public sealed class RecordFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streamlearn-record-file-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("{\"a\":1}\n{\"a\":2}\n")]
    [InlineData("{\"a\":1}\n{\"a\":2}")]
    [InlineData("{\"a\":1}\r\n{\"a\":2}\r\n")]
    [InlineData("{\"a\":1}\r\n{\"a\":2}")]
    [InlineData("\ufeff{\"a\":1}\n{\"a\":2}\n")]
    [InlineData("\n\n{\"a\":1}\n \t\n\r\n{\"a\":2}\n\n\n")]
    [InlineData("\ufeff\r\n{\"a\":1}\n{\"a\":2}\n")]
    public void Given_lines_with_any_ends_When_a_file_is_read_Then_the_records_are_the_lines(string text)
    {
        var path = Write(text);

        Assert.Equal("json", RecordFile.Inspect(path).Format);
        Assert.Equal([(0, "{\"a\":1}"), (1, "{\"a\":2}")], Read(path));
    }

    [Fact]
    public void Given_csv_When_a_file_is_read_Then_its_header_is_no_record()
    {
        var path = Write("\ufefflink,ts,load\r\na,1,2\r\n\r\nb,3,4");

        Assert.Equal(new RecordFileFormat("csv", "link,ts,load"), RecordFile.Inspect(path));
        Assert.Equal([(0, "a,1,2"), (1, "b,3,4")], Read(path));
    }

    [Theory]
    [InlineData("  {\"a\":1}\n", "json")]
    [InlineData("a\n", "csv")]
    [InlineData("[1]\n", "csv")]
    [InlineData("\"{\"\n", "csv")]
    public void Given_a_first_line_When_a_file_is_inspected_Then_an_opening_brace_says_json(string text, string format) =>
        Assert.Equal(format, RecordFile.Inspect(Write(text)).Format);

    [Fact]
    public void Given_only_a_header_When_a_file_is_read_Then_there_are_no_records() => Assert.Empty(Read(Write("link,ts,load\n")));

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData(" \r\n\t\n")]
    [InlineData("\ufeff")]
    public void Given_a_file_without_a_line_When_it_is_inspected_Then_the_message_names_it_and_what_was_expected(string text)
    {
        var path = Write(text);

        var error = Assert.Throws<InvalidDataException>(() => RecordFile.Inspect(path));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("expected", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Read(path));
    }

    [Fact]
    public void Given_a_file_that_is_not_there_When_it_is_inspected_Then_that_is_an_io_error() =>
        Assert.Throws<FileNotFoundException>(() => RecordFile.Inspect(Path.Combine(_folder.FullName, "missing")));

    [Theory]
    [InlineData(1)]
    [InlineData(70_000)]
    public void Given_gzip_When_a_file_is_read_Then_the_records_are_those_of_the_plain_file(int records)
    {
        var path = Write(Gzip(string.Concat(Enumerable.Range(0, records).Select(i => $"{{\"a\":{i}}}\n"))));

        var read = Read(path);

        Assert.Equal(records, read.Count);
        Assert.Equal((records - 1, $"{{\"a\":{records - 1}}}"), read[^1]);
    }

    [Fact]
    public void Given_gzip_members_one_after_the_other_When_a_file_is_read_Then_the_records_of_all_come()
    {
        var path = Write([.. Gzip("{\"a\":1}\n{\"a\":2}\n"), .. Gzip("{\"a\":3}\n")]);

        Assert.Equal(["{\"a\":1}", "{\"a\":2}", "{\"a\":3}"], Read(path).Select(record => record.Value));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(12)]
    [InlineData(1000)]
    [InlineData(-1)]
    [InlineData(-8)]
    public void Given_gzip_that_was_cut_off_When_a_file_is_read_Then_it_is_refused(int length)
    {
        var whole = Gzip(string.Concat(Enumerable.Range(0, 5000).Select(i => $"{{\"a\":{i * 7919 % 5003}}}\n")));
        var path = Write(whole[..(length > 0 ? length : whole.Length + length)]);

        var error = Assert.Throws<InvalidDataException>(() => Read(path));

        Assert.NotEmpty(error.Message);
    }

    [Theory]
    [InlineData(65_534)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(300_000)]
    public void Given_a_line_about_as_long_as_the_buffer_or_longer_When_a_file_is_read_Then_it_is_whole(int length)
    {
        var line = $"{{\"a\":\"{new string('x', length - 8)}\"}}";
        var path = Write($"{line}\n{{\"b\":1}}\n{line}");

        Assert.Equal([(0, line), (1, "{\"b\":1}"), (2, line)], Read(path));
    }

    [Fact]
    public void Given_lines_across_the_ends_of_the_buffer_When_a_file_is_read_Then_none_is_lost_or_torn()
    {
        var random = new Random(7);
        string[] lines = [.. Enumerable.Range(0, 3000).Select(i => $"{{\"{i}\":\"{new string('x', random.Next(300))}\"}}")];

        Assert.Equal(lines, Read(Write(string.Join("\r\n", lines))).Select(record => record.Value));
    }

    [Fact]
    public void Given_a_line_without_end_When_a_file_is_read_Then_it_is_refused_before_memory_is_full()
    {
        var path = Write(new byte[17 * 1024 * 1024]);

        var error = Assert.Throws<InvalidDataException>(() => RecordFile.Inspect(path));

        Assert.Contains("a record a line", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_batch_size_When_a_file_is_read_Then_batches_and_offsets_go_on()
    {
        var path = Write(string.Concat(Enumerable.Range(0, 10).Select(i => $"{{\"a\":{i}}}\n")));

        var batches = RecordFile.Read(path, firstOffset: 1000, batchRecords: 4).ToArray();

        Assert.Equal([4, 4, 2], batches.Select(batch => batch.Count));
        Assert.Equal(Enumerable.Range(1000, 10).Select(offset => (long)offset), batches.SelectMany(batch => batch.Offsets));
        Assert.All(batches, batch => Assert.Equal((Path.GetFileName(path), 0, 0), (batch.Topic, batch.Partition, batch.Epoch)));
        Assert.True(batches[2].HasValue(1));
        Assert.False(batches[2].HasKey(1));
        Assert.Equal("{\"a\":9}", Encoding.UTF8.GetString(batches[2].Value(1)));
    }

    [Theory]
    [InlineData("a.vw", "a b\n", "vw")]
    [InlineData("a.VW.gz", "|n x\n", "vw")]
    [InlineData("a.txt", "shared |n x\n", "vw")]
    [InlineData("a.txt", "|n x\n", "vw")]
    [InlineData("a.txt.gz", "1:1:0.5 | x\n", "vw")]
    [InlineData("a.txt", "a|b\n", "csv")]
    [InlineData("a.csv", "a |b\n", "csv")]
    [InlineData("a.vw", "{}\n", "json")]
    public void Given_a_name_and_a_first_line_When_a_file_is_inspected_Then_they_tell_the_text_of_vowpal_wabbit(string name, string text, string format)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, name.EndsWith(".gz", StringComparison.Ordinal) ? Gzip(text) : Encoding.UTF8.GetBytes(text));

        Assert.Equal(format, RecordFile.Inspect(path).Format);
    }

    [Theory]
    [InlineData("|a x\n|a y\n\n|a z\n")]
    [InlineData("\ufeff\r\n|a x\r\n|a y\r\n \t\r\n\r\n|a z")]
    [InlineData("\n\n|a x\n|a y\n\n\n\n|a z\n\n\n")]
    public void Given_blocks_of_lines_When_a_file_is_read_Then_each_is_a_record(string text)
    {
        foreach (var bytes in new[] { Encoding.UTF8.GetBytes(text), Gzip(text) })
        {
            var batches = RecordFile.ReadBlocks(Write(bytes), firstOffset: 5, batchRecords: 1).ToArray();

            Assert.Equal([5L, 6], batches.SelectMany(batch => batch.Offsets));
            Assert.Equal(["|a x\n|a y", "|a z"], batches.Select(batch => Encoding.UTF8.GetString(batch.Value(0))));
        }
    }

    [Fact]
    public void Given_a_block_without_end_When_a_file_is_read_Then_it_is_refused_before_memory_is_full()
    {
        var path = Write(string.Concat(Enumerable.Repeat("|a x\n", 4 * 1024 * 1024)));

        var error = Assert.Throws<InvalidDataException>(() => RecordFile.ReadBlocks(path).Count());

        Assert.Contains("a blank line", error.Message, StringComparison.Ordinal);
    }

    private static List<(long Offset, string Value)> Read(string path) =>
        [.. RecordFile.Read(path).SelectMany(batch => Enumerable.Range(0, batch.Count)
            .Select(row => (batch.Offsets[row], Encoding.UTF8.GetString(batch.Value(row)))))];

    private static byte[] Gzip(string text)
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }

    private string Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    private string Write(byte[] bytes)
    {
        var path = Path.Combine(_folder.FullName, "records");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
