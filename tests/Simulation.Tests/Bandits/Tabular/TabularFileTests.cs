using System.IO.Compression;
using System.Text;
using StreamLearn.Simulation.Bandits.Tabular;

namespace StreamLearn.Simulation.Tests.Bandits.Tabular;

public sealed class TabularFileTests
{
    [Fact]
    public void Given_labels_that_are_numbers_when_they_are_read_then_they_stand_in_the_order_of_their_values()
    {
        var data = Read("f0,f1,label\n1,2,10\n3,4,9\n5,-1,2\n7,8,9.0\n");

        Assert.Equal(["2", "9", "10"], data.Labels);
        Assert.Equal([2, 1, 0, 1], Enumerable.Range(0, data.Rows).Select(data.LabelOf));
        Assert.Equal([5, -1], data.Row(2).ToArray());
        Assert.Equal((4, 2, "set"), (data.Rows, data.Features, data.Name));
    }

    [Fact]
    public void Given_labels_that_are_words_when_they_are_read_then_they_stand_in_the_order_of_their_characters()
    {
        var data = Read("f0,class\n1,b\n2,10\n3,a\n");

        Assert.Equal(["10", "a", "b"], data.Labels);
        Assert.Equal([2, 0, 1], Enumerable.Range(0, data.Rows).Select(data.LabelOf));
    }

    [Fact]
    public void Given_a_column_named_label_that_is_not_the_last_when_it_is_read_then_it_is_the_label()
    {
        var data = Read("f0,label,f1\n1,1,2\n3,0,4\n");

        Assert.Equal(["0", "1"], data.Labels);
        Assert.Equal([3, 4], data.Row(1).ToArray());
    }

    [Fact]
    public void Given_an_empty_number_when_it_is_read_then_it_is_a_missing_one()
    {
        var data = Read("f0,f1,label\r\n,2,1\r\n\r\n3,4,0\r\n");

        Assert.Equal([-1, 2], data.Row(0).ToArray());
        Assert.Equal(2, data.Rows);
    }

    [Theory]
    [InlineData("", 1, "a header line")]
    [InlineData("1,2,0\n3,4,1\n", 1, "a header line")]
    [InlineData("label\n0\n1\n", 1, "a header line")]
    [InlineData("f0,f1,label\n", 2, "rows")]
    [InlineData("f0,f1,label\n1,2,0\n1,x,1\n", 3, "column f1, found 'x'")]
    [InlineData("f0,f1,label\n1,2,0\nNaN,3,1\n", 3, "column f0, found 'NaN'")]
    [InlineData("f0,f1,label\n1,2,0\n1e99,3,1\n", 3, "column f0")]
    [InlineData("f0,f1,label\n1,2,0\n1,2\n", 3, "3 columns")]
    [InlineData("f0,f1,label\n1,2,0\n1,2,3,1\n", 3, "3 columns")]
    [InlineData("f0,f1,label\n1,2,0\n1,2,\n", 3, "a label in column label")]
    [InlineData("f0,f1,label\n1,2,0\n1,3,0\n", 3, "only '0'")]
    public void Given_no_such_table_when_it_is_read_then_the_message_names_file_line_and_column(string text, int line, string expected)
    {
        var refused = Assert.Throws<SimulationDataException>(() => Read(text));

        Assert.Equal(("set.csv", line), (refused.File, refused.Line));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_more_labels_than_a_decision_may_have_actions_when_they_are_read_then_they_are_refused()
    {
        var rows = string.Concat(Enumerable.Range(0, 1025).Select(row => $"{row},{row}\n"));

        Assert.Contains("found 1025", Assert.Throws<SimulationDataException>(() => Read("f0,label\n" + rows)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_gzip_file_when_it_is_cut_off_then_it_is_refused_and_else_read()
    {
        var folder = Directory.CreateTempSubdirectory("streamlearn-").FullName;
        try
        {
            var path = Path.Combine(folder, "small.csv.gz");
            using (var file = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            {
                file.Write(Encoding.UTF8.GetBytes("f0,label\n" + string.Concat(Enumerable.Range(0, 5000).Select(row => $"{row * 7919 % 1000},{row % 3}\n"))));
            }

            Assert.Equal((5000, 3, "small"), (TabularFile.Read(path).Rows, TabularFile.Read(path).Labels.Count, TabularFile.Read(path).Name));

            File.WriteAllBytes(path, File.ReadAllBytes(path)[..^200]);
            Assert.Throws<SimulationDataException>(() => TabularFile.Read(path));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static TabularData Read(string text) => TabularFile.Read(new StringReader(text), "set.csv");
}
