using System.IO.Compression;
using System.Text;
using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Tests.Networks;

public sealed class TrafficMatrixFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Given_a_plain_or_gzipped_file_then_every_line_is_a_matrix_in_Mbit(bool gzipped)
    {
        Write("0 1.0e+01\t2  3\r\n 4 5 6 7 \n\n", gzipped);

        Assert.Equal([[0, 5, 1, 1.5], [2, 2.5, 3, 3.5]], Bins(0.5));
    }

    [Fact]
    public void Given_the_Abilene_unit_then_3_million_are_8_Mbit()
    {
        Assert.Equal(8.0, 3e6 * TrafficMatrixFile.AbileneUnit, 12);
    }

    [Theory]
    [InlineData("", 1, "4 columns (2 x 2 demands), found an empty file")]
    [InlineData("\n\n", 1, "found only blank lines")]
    [InlineData("1 2 3 4\n1 2 3\n", 2, "4 columns (2 x 2 demands), found 3")]
    [InlineData("1 2 3 4 5 6\n", 1, "4 columns (2 x 2 demands), found 6")]
    [InlineData("1 2 3 4\n\n1 2 3 4\n", 2, "found a blank line")]
    [InlineData("1 2 NaN 4\n", 1, "a finite number from 0 up in column 3, found \"NaN\"")]
    [InlineData("1 2 3 Infinity\n", 1, "in column 4, found \"Infinity\"")]
    [InlineData("1 -2 3 4\n", 1, "in column 2, found \"-2\"")]
    [InlineData("1,2,3,4\n", 1, "in column 1, found \"1,2,3,4\"")]
    public void Given_a_wrong_file_then_the_error_says_file_line_and_what_was_expected(string text, int line, string expected)
    {
        Write(text, gzipped: false);

        var error = Assert.Throws<SimulationDataException>(() => Bins(1));

        Assert.Equal((_path, line), (error.File, error.Line));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_gzip_data_that_is_damaged_then_the_error_says_so()
    {
        File.WriteAllBytes(_path, [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF]);

        Assert.Contains("whole gzip data", Assert.Throws<SimulationDataException>(() => Bins(1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(1000)]
    public void Given_gzip_data_that_is_cut_off_then_it_is_not_taken_for_a_shorter_file(int missingBytes)
    {
        Write(string.Concat(Enumerable.Range(0, 5000).Select(bin => $"{bin} {bin * 7919 % 1009} {bin * 104729 % 997} 4\n")), gzipped: true);
        var bytes = File.ReadAllBytes(_path);
        File.WriteAllBytes(_path, bytes[..^missingBytes]);

        Assert.Contains("whole gzip data", Assert.Throws<SimulationDataException>(() => Bins(1)).Message, StringComparison.Ordinal);
    }

    private double[][] Bins(double megabitsPerUnit) =>
        [.. new TrafficMatrixFile(_path, 2, megabitsPerUnit).ReadBins().Select(demands => demands.ToArray())];

    private void Write(string text, bool gzipped)
    {
        using var file = File.Create(_path);
        using Stream stream = gzipped ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(Encoding.UTF8.GetBytes(text));
    }
}
