using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Influx.Lines;
using StreamLearn.Streams.Influx.Spooling;
using StreamLearn.Streams.Tests.Influx.Servers;
using StreamLearn.Streams.Tests.Influx.Spooling;
using StreamLearn.Streams.Tests.Kafka;

namespace StreamLearn.Streams.Tests.Influx;

/// <summary>How much an exporter holds, what it says of what it loses, and that its end comes whatever the disk does.</summary>
public sealed class ExporterBoundsTests : IDisposable
{
    private readonly ManualResetEventSlim _open = new();

    public void Dispose() => _open.Dispose();

    [Theory]
    [InlineData(1024, 16)]
    [InlineData(64 * 1024, 16)]
    [InlineData(16 * 1024 * 1024, InfluxExporter.MostSealed)]
    public async Task Given_a_disk_that_hangs_When_small_batches_come_Then_as_many_wait_as_their_memory_allows_and_the_others_are_lost_and_counted(int batchBytes, int most)
    {
        await using var server = new FakeInflux();
        await using var world = new ExporterWorld(server.Url)
        {
            BatchPoints = 1, BatchBytes = batchBytes, StopTimeout = TimeSpan.FromMilliseconds(50), Spool = new HookedSpool(() => _open.Wait(Waits.Patience)),
        };

        world.Write(0, 1000);
        Assert.Equal(1000 - most, world.Statistics.Dropped[DropReason.Buffer]);

        _open.Set();
        await world.UntilAsync(() => world.Statistics.Dropped[DropReason.Spool] > 0, "taking in");
        var statistics = await world.StopAsync();
        Assert.Equal(1000, statistics.Dropped.Values.Sum());
        Assert.Contains(world.Warnings, warning => warning.Contains($"{1000 - most} points are lost: more came at once than memory takes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_a_spool_that_overflows_When_points_go_Then_that_is_said_with_counts_once_and_at_the_end()
    {
        await using var server = new FakeInflux();
        await using var world = new ExporterWorld(server.Url) { BatchBytes = 4096, SpoolBytes = 64 * 1024, StopTimeout = TimeSpan.FromMilliseconds(50) };
        for (var i = 0; world.Statistics.Dropped[DropReason.Evicted] < 1000; i++)
        {
            world.Write(10 * i, 10 * (i + 1));
            await world.UntilAsync(() => world.Statistics.SpooledPoints + world.Statistics.Dropped[DropReason.Evicted] == 10 * (i + 1), "spooling");
        }

        var statistics = await world.StopAsync();
        var said = world.Warnings.Where(warning => warning.Contains("was full (65536 bytes)", StringComparison.Ordinal)).Select(Count).ToArray();
        Assert.Equal(2, said.Length);
        Assert.Equal(statistics.Dropped[DropReason.Evicted], said.Sum());
    }

    [Fact]
    public async Task Given_a_spool_that_is_damaged_When_it_is_opened_Then_that_is_said_with_its_directory()
    {
        await using var server = await FakeInflux.StartedAsync();
        await using var world = new ExporterWorld(server.Url);
        using (var spool = new DiskSpool(world.SpoolPath, 1024 * 1024, new Losses()))
        {
            byte[] lines = [.. "m f=1 1\n"u8];
            Array.ForEach([1, 2, 3], _ => spool.Append(new LineBatch([.. lines], lines.Length, 1)));
        }

        var path = Assert.Single(Directory.GetFiles(world.SpoolPath, "*.spool"));
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);

        _ = world.Exporter;
        await world.UntilAsync(() => world.Statistics.Written == 2, "writing");

        await world.UntilAsync(() => world.Warnings.Count > 0, "the warning");
        Assert.Contains($"places of the spool in {world.SpoolPath} that could not be read: 1.", Assert.Single(world.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1024 * 1024, 65536, 16777216)]
    [InlineData(1024 * 1024, 16777215, 16777216)]
    [InlineData(1024, 65535, 65536)]
    public void Given_a_spool_that_is_too_small_for_batches_When_the_exporter_is_made_Then_it_is_refused_with_the_numbers(int batchBytes, long spoolBytes, long least)
    {
        var directory = Directory.CreateTempSubdirectory("streamlearn-influx-");
        var settings = new InfluxSettings { TokenVariable = "STREAMLEARN_TEST_NO_TOKEN", SpoolPath = directory.FullName, BatchBytes = batchBytes, SpoolBytes = spoolBytes };

        var refused = Assert.Throws<InfluxException>(() => new InfluxExporter(settings, _ => { }));

        Assert.Contains(directory.FullName, refused.Message, StringComparison.Ordinal);
        Assert.Contains($"{spoolBytes} bytes (spool.max-bytes)", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"up to {batchBytes} (batch.bytes); expected 0 (no spool), or at least {least}.", refused.Message, StringComparison.Ordinal);
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Given_the_smallest_spool_that_is_taken_When_the_server_is_away_Then_batches_go_into_it()
    {
        await using var server = new FakeInflux();
        await using var world = new ExporterWorld(server.Url)
        {
            BatchPoints = 100_000, BatchBytes = 16 * 1024, SpoolBytes = InfluxSettings.LeastSpoolBytes(16 * 1024), StopTimeout = TimeSpan.FromMilliseconds(50),
        };

        world.Write(0, 3000);
        var statistics = await world.StopAsync();

        Assert.Equal(3000, statistics.SpooledPoints);
    }

    [Fact]
    public async Task Given_a_spool_that_fails_in_a_way_that_nobody_has_thought_of_When_the_exporter_stops_Then_it_ends_and_everything_is_closed_and_counted()
    {
        await using var server = await FakeInflux.StartedAsync();
        var isBroken = false;
        using var spool = new HookedSpool(() =>
        {
            if (Volatile.Read(ref isBroken))
            {
                throw new InvalidOperationException("nobody has thought of this");
            }
        });
        await using var world = new ExporterWorld(server.Url) { Spool = spool, StopTimeout = TimeSpan.FromMilliseconds(100) };
        world.Write(0, 10);
        await world.UntilAsync(() => world.Statistics.Written == 10, "writing");

        Volatile.Write(ref isBroken, true);
        world.Write(10, 30);
        await world.UntilAsync(() => world.Statistics.Dropped[DropReason.Failed] == 20, "taking in");

        // What comes later is taken again.
        Volatile.Write(ref isBroken, false);
        server.Answer = _ => new FakeAnswer(0, Hangs: true);
        world.Write(30, 40);
        await world.UntilAsync(() => server.Requests.Count == 2, "the next batch");
        Volatile.Write(ref isBroken, true);
        await world.StopAsync();

        Assert.True(spool.IsDisposed, "The spool is still open.");
        Assert.Contains(world.Warnings, warning => warning.Contains("in memory at the end are lost: InvalidOperationException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_a_disk_that_hangs_When_the_exporter_stops_Then_it_does_not_wait_for_ever()
    {
        await using var server = new FakeInflux();
        await using var world = new ExporterWorld(server.Url) { Spool = new HookedSpool(() => _open.Wait()), StopTimeout = TimeSpan.FromMilliseconds(50), KeepTimeout = TimeSpan.FromMilliseconds(50) };
        world.Write(0, 10);

        await world.StopAsync();

        Assert.Contains(world.Warnings, warning => warning.Contains("the stop has not waited for the disk any longer", StringComparison.Ordinal));
        _open.Set();
    }

    private static long Count(string warning) =>
        long.Parse(warning.Split(": ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
}
