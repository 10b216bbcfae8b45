using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Xunit;
using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Influx.Lines;
using StreamLearn.Streams.Influx.Spooling;

namespace StreamLearn.Streams.Tests.Influx.Spooling;

public sealed class DiskSpoolTests : IDisposable
{
    private const long Plenty = 1024 * 1024;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("streamlearn-spool-");
    private readonly Losses _losses = new();

    private string[] Segments => [.. Directory.GetFiles(_directory.FullName, "*.spool").Order()];

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Given_batches_When_they_are_taken_out_Then_they_come_in_order_and_nothing_is_left()
    {
        using var spool = Open();
        foreach (var i in Enumerable.Range(0, 100))
        {
            Assert.Null(spool.Append(Batch(i)));
        }

        Assert.Equal(100 * 2, spool.Points);
        Assert.Equal(Enumerable.Range(0, 100), Drain(spool));
        Assert.True(spool.IsEmpty);
        Assert.Equal((0, 0), (spool.Bytes, Segments.Length));
        Assert.Equal((0, 0), (_losses.EvictedPoints, _losses.DamagedPlaces));
    }

    [Fact]
    public void Given_a_batch_When_it_is_looked_at_Then_it_stays_until_it_is_done_with()
    {
        using var spool = Open();
        spool.Append(Batch(1));
        spool.Append(Batch(2));

        Assert.Equal([1, 1], [Number(spool.Peek()), Number(spool.Peek())]);
        spool.Advance();
        Assert.Equal(2, Number(spool.Peek()));
    }

    [Fact]
    public void Given_a_spool_that_is_half_read_When_it_is_opened_again_Then_the_rest_is_there()
    {
        using (var first = Open())
        {
            foreach (var i in Enumerable.Range(0, 10))
            {
                first.Append(Batch(i));
            }

            Drain(first, 4);
        }

        using var second = Open();
        Assert.Equal(6 * 2, second.Points);
        second.Append(Batch(10));
        Assert.Equal(Enumerable.Range(4, 7), Drain(second));
        Assert.Equal(0, _losses.DamagedPlaces);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Given_a_spool_that_was_read_to_its_end_When_it_is_filled_and_opened_again_Then_nothing_is_passed_over(bool isOpenedBetween)
    {
        // The position of the last segment that was read from is still there.
        var spool = Open();
        try
        {
            Array.ForEach([0, 1, 2], i => spool.Append(Batch(i)));
            Drain(spool, 2);
            Drain(spool);
            if (isOpenedBetween)
            {
                spool.Dispose();
                spool = Open();
            }

            Array.ForEach([5, 6, 7], i => spool.Append(Batch(i)));
            spool.PutBack([Batch(3), Batch(4)]);
        }
        finally
        {
            spool.Dispose();
        }

        using var again = Open();
        Assert.Equal([3, 4, 5, 6, 7], Drain(again));
        Assert.Equal(0, _losses.DamagedPlaces);
    }

    [Fact]
    public void Given_a_position_that_is_damaged_When_it_is_opened_Then_all_of_the_segment_is_sent_again()
    {
        using (var first = Open())
        {
            foreach (var i in Enumerable.Range(0, 4))
            {
                first.Append(Batch(i));
            }

            Drain(first, 2);
        }

        Damage(Path.Combine(_directory.FullName, "position"), 10);

        using var second = Open();
        Assert.Equal(Enumerable.Range(0, 4), Drain(second));
    }

    [Fact]
    public void Given_batches_that_are_put_back_When_they_are_taken_out_Then_they_come_first_also_after_a_restart()
    {
        using (var first = Open())
        {
            first.Append(Batch(2));
            Assert.Null(first.PutBack([Batch(0), Batch(1)]));
            first.Append(Batch(3));
        }

        using var second = Open();
        Assert.Equal(Enumerable.Range(0, 4), Drain(second));
    }

    [Fact]
    public void Given_more_than_it_may_hold_When_batches_are_added_Then_the_oldest_go_and_are_counted()
    {
        using var spool = Open(20_000);
        foreach (var i in Enumerable.Range(0, 1000))
        {
            Assert.Null(spool.Append(Batch(i)));
            Assert.InRange(spool.Bytes, 1, 20_000);
            Assert.Equal(Segments.Sum(path => new FileInfo(path).Length), spool.Bytes);
        }

        var left = Drain(spool);

        Assert.Equal(Enumerable.Range(1000 - left.Count, left.Count), left);
        Assert.Equal(2 * (1000 - left.Count), _losses.EvictedPoints);
        Assert.True(left.Count * 50 > 20_000 / 2, $"Only {left.Count} batches were kept.");
    }

    [Fact]
    public void Given_the_first_batch_in_hand_When_it_has_to_go_Then_that_can_be_seen()
    {
        using var spool = Open(10_000);
        spool.Append(Batch(0));
        spool.Peek();
        var head = spool.Head;

        var added = 0;
        while (spool.Head == head)
        {
            spool.Append(Batch(++added));
        }

        Assert.True(_losses.EvictedPoints >= 2, "Nothing was evicted.");
        Assert.NotEqual(0, Number(spool.Peek()));
    }

    [Fact]
    public void Given_a_batch_larger_than_all_of_the_spool_When_it_is_added_Then_it_is_refused_and_the_others_stay()
    {
        using var spool = Open(5000);
        spool.Append(Batch(1));

        Assert.Contains("more than the spool may hold", spool.Append(Batch(2, padding: 5000)), StringComparison.Ordinal);
        Assert.Contains("no room", spool.PutBack([Batch(0, padding: 4970)]), StringComparison.Ordinal);
        Assert.Equal([1], Drain(spool));
    }

    [Fact]
    public void Given_a_tail_that_is_torn_When_it_is_opened_Then_it_is_cut_off_and_the_others_are_there()
    {
        Fill(5);
        var path = Assert.Single(Segments);
        var length = new FileInfo(path).Length;
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(length - 7);
        }

        using var spool = Open();
        Assert.Equal(1, _losses.DamagedPlaces);
        spool.Append(Batch(9));
        Assert.Equal([0, 1, 2, 3, 9], Drain(spool));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(9)]
    [InlineData(13)]
    [InlineData(17)]
    [InlineData(20)]
    [InlineData(30)]
    public void Given_a_record_that_is_damaged_When_the_spool_is_read_Then_it_alone_is_lost_and_counted(int at)
    {
        // Enough of them for a length that is wrong to end within the file.
        Fill(1000);
        var path = Assert.Single(Segments);
        var record = (int)(new FileInfo(path).Length / 1000);
        Damage(path, (500 * record) + at);

        using var spool = Open();
        Assert.Equal(Enumerable.Range(0, 1000).Where(i => i != 500), Drain(spool));
        Assert.Equal(1, _losses.DamagedPlaces);
        Assert.True(spool.IsEmpty);
        Assert.Equal(0, spool.Points);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-20)]
    [InlineData(7)]
    public void Given_bytes_that_are_missing_or_too_many_within_a_record_When_the_spool_is_read_Then_it_alone_is_lost_and_counted(int bytes)
    {
        Fill(1000);
        var path = Assert.Single(Segments);
        var all = File.ReadAllBytes(path);
        var at = (500 * (all.Length / 1000)) + 20;
        File.WriteAllBytes(path, bytes < 0 ? [.. all[..at], .. all[(at - bytes)..]] : [.. all[..at], .. new byte[bytes], .. all[at..]]);

        using var spool = Open();
        Assert.Equal(999 * 2, spool.Points);
        Assert.Equal(Enumerable.Range(0, 1000).Where(i => i != 500), Drain(spool));
        Assert.Equal(1, _losses.DamagedPlaces);
    }

    [Fact]
    public void Given_a_record_that_is_damaged_while_the_spool_is_open_When_it_is_read_Then_its_points_are_counted()
    {
        using var spool = Open();
        Array.ForEach([0, 1, 2], i => spool.Append(Batch(i)));
        var path = Assert.Single(Segments);
        Damage(path, (int)(new FileInfo(path).Length / 3) + 5);

        Assert.Equal([0, 2], Drain(spool));
        Assert.Equal((2, 1, 0), (_losses.DamagedPoints, _losses.DamagedPlaces, spool.Points));
    }

    [Property(MaxTest = 100)]
    public void Given_any_bytes_changed_or_cut_off_When_the_spool_is_read_Then_what_comes_is_whole_and_in_order((NonNegativeInt At, byte Change)[] changes, NonNegativeInt cut)
    {
        foreach (var file in Directory.GetFiles(_directory.FullName))
        {
            File.Delete(file);
        }

        Fill(8);
        var path = Assert.Single(Segments);
        var bytes = File.ReadAllBytes(path);
        foreach (var (at, change) in changes)
        {
            bytes[at.Get % bytes.Length] ^= change;
        }

        File.WriteAllBytes(path, bytes[..(bytes.Length - (cut.Get % 3 == 0 ? cut.Get % bytes.Length : 0))]);

        using var spool = Open();
        var read = Drain(spool);

        Assert.Equal(read.Order().Distinct(), read);
        Assert.True(spool.IsEmpty);
        Assert.Equal(0, spool.Bytes);
        if (changes.All(change => change.Change == 0) && cut.Get % 3 != 0)
        {
            Assert.Equal(Enumerable.Range(0, 8), read);
        }
    }

    [Fact]
    public void Given_a_directory_that_a_spool_has_When_another_one_is_opened_there_Then_it_is_refused_with_the_directory()
    {
        using var first = Open();

        var refused = Assert.Throws<InfluxException>(() => Open());

        Assert.StartsWith($"The spool in {_directory.FullName} is in use by another process; expected a directory for each", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_file_in_place_of_the_directory_When_it_is_opened_Then_it_is_refused_with_its_name()
    {
        var path = Path.Combine(_directory.FullName, "file");
        File.WriteAllText(path, "");

        Assert.Contains(path, Assert.Throws<InfluxException>(() => new DiskSpool(path, Plenty, _losses)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_directory_that_is_gone_When_a_batch_is_added_Then_that_is_said_and_nothing_is_thrown()
    {
        var path = Path.Combine(_directory.FullName, "inner");
        using var spool = new DiskSpool(path, Plenty, _losses);
        Directory.Delete(path, recursive: true);

        Assert.NotNull(spool.Append(Batch(1)));
        Assert.NotNull(spool.PutBack([Batch(1)]));
        Assert.True(spool.IsEmpty);
        Assert.Null(spool.Peek());
    }

    [SmallDiskFact]
    public void Given_a_disk_that_is_full_When_batches_are_added_Then_that_is_said_and_the_spool_goes_on_when_there_is_room()
    {
        using var disk = new SmallDisk(_directory.FullName);
        using var spool = new DiskSpool(Path.Combine(_directory.FullName, "spool"), Plenty, _losses);
        var added = 0;
        while (spool.Append(Batch(added)) is null)
        {
            added++;
        }

        Assert.InRange(added, 100, SmallDisk.Bytes / (int)(spool.Bytes / added));
        Assert.NotNull(spool.Append(Batch(added)));
        Assert.NotNull(spool.PutBack([Batch(added)]));
        Assert.Equal(2 * added, spool.Points);

        var half = Drain(spool, added / 2);
        Assert.Null(spool.Append(Batch(added)));
        Assert.Equal(Enumerable.Range(0, added + 1), half.Concat(Drain(spool)));
        Assert.Equal((0, 0), (_losses.EvictedPoints, _losses.DamagedPlaces));
    }

    private DiskSpool Open(long maxBytes = Plenty) => new(_directory.FullName, maxBytes, _losses);

    private void Fill(int batches)
    {
        using var spool = Open();
        foreach (var i in Enumerable.Range(0, batches))
        {
            spool.Append(Batch(i));
        }
    }

    private static LineBatch Batch(int number, int padding = 0)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"m,i={number:00000} f=1i 1\nm f=\"{new string('x', padding)}\" 2\n");
        var bytes = Encoding.UTF8.GetBytes(text);
        return new LineBatch(bytes, bytes.Length, 2);
    }

    private static int Number(LineBatch? batch) =>
        int.Parse(Encoding.UTF8.GetString(batch!.Lines.Span).AsSpan(4, 5), CultureInfo.InvariantCulture);

    private static List<int> Drain(DiskSpool spool, int most = int.MaxValue)
    {
        var numbers = new List<int>();
        while (numbers.Count < most && spool.Peek() is { } batch)
        {
            numbers.Add(Number(batch));
            spool.Advance();
        }

        return numbers;
    }

    private static void Damage(string path, int at)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 0x55;
        File.WriteAllBytes(path, bytes);
    }
}
