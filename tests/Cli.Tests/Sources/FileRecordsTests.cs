using System.Text;
using StreamLearn.Cli.Sources;

namespace StreamLearn.Cli.Tests.Sources;

public sealed class FileRecordsTests
{
    [Fact]
    public void Given_json_when_it_is_read_then_values_stay_as_they_are_and_the_key_is_the_field()
    {
        using var file = new TemporaryFile("{\"link\": \"a>b\",  \"load\":1}\n{\"link\":7}\nno json\n{\"load\":{\"link\":1}}\n");

        Assert.Equal(
            [("a>b", "{\"link\": \"a>b\",  \"load\":1}"), ("7", "{\"link\":7}"), (null, "no json"), (null, "{\"load\":{\"link\":1}}")],
            Read(file, null));
    }

    [Fact]
    public void Given_csv_when_it_is_read_then_each_line_is_an_object_of_numbers_and_text()
    {
        using var file = new TemporaryFile("key,time,value,note\na,5,1.50,\nb,6,.5,\"x,y\"\nc,7,NaN,z\ntoo,few\n");

        Assert.Equal(
            [
                ("a", "{\"key\":\"a\",\"time\":5,\"value\":1.50}"),
                ("b", "{\"key\":\"b\",\"time\":6,\"value\":0.5,\"note\":\"x,y\"}"),
                ("c", "{\"key\":\"c\",\"time\":7,\"value\":\"NaN\",\"note\":\"z\"}"),
                (null, "too,few"),
            ],
            Read(file, null));
    }

    /// <summary>Regression: numbers went through a double, so keys lost their zeros and nanoseconds their last digits.</summary>
    [Fact]
    public void Given_keys_and_times_that_are_no_doubles_when_csv_is_read_then_no_digit_is_lost()
    {
        using var file = new TemporaryFile("id,ts,y\n007,1700000000123456789,0.1\n1e3,1700000000123456790,-0\n");

        Assert.Equal(
            [
                ("007", "{\"id\":\"007\",\"ts\":1700000000123456789,\"y\":0.1}"),
                ("1e3", "{\"id\":\"1e3\",\"ts\":1700000000123456790,\"y\":-0}"),
            ],
            Read(file, null));
    }

    [Fact]
    public void Given_a_key_field_when_it_is_said_then_it_counts_and_an_empty_one_means_no_key()
    {
        using var file = new TemporaryFile("{\"key\":\"a\",\"host\":\"h\"}\n");

        Assert.Equal("h", Read(file, "host")[0].Key);
        Assert.Null(Read(file, "")[0].Key);
        Assert.Null(Read(file, "absent")[0].Key);
    }

    private static (string? Key, string Value)[] Read(TemporaryFile file, string? key) =>
        [.. FileRecords.Read(file.Path, key).Select(record =>
            (record.Key is null ? null : Encoding.UTF8.GetString(record.Key), Encoding.UTF8.GetString(record.Value)))];
}
