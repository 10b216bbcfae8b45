using System.Text;
using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Influx.Lines;
using StreamLearn.Streams.Influx.Points;
using StreamLearn.Streams.Influx.Sending;
using StreamLearn.Streams.Influx.Spooling;
using StreamLearn.Streams.Tests.Influx.Servers;
using StreamLearn.Streams.Tests.Influx.Spooling;

namespace StreamLearn.Streams.Tests.Influx;

/// <summary>What only servers that are not ours can say: that they understand what is written, and that nothing is lost when they are away.</summary>
public sealed class RealServerTests
{
    // VictoriaMetrics refuses times that are far away.
    private readonly long _base = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 600_000;

    [Theory]
    [Influxd]
    [VictoriaMetrics]
    public async Task Given_an_outage_of_the_server_and_a_restart_of_the_node_When_both_are_back_Then_every_point_is_there_once(string name)
    {
        await using var server = Server(name);
        await server.StartAsync();
        await using var world = new ExporterWorld(server.Url, server.Api) { StopTimeout = TimeSpan.FromMilliseconds(100), TimeBase = _base };
        world.Write(0, 1000);
        await world.UntilAsync(() => world.Statistics.Written == 1000, "writing");

        // InfluxDB stores before it answers; VictoriaMetrics a little after.
        await server.StopAsync(crash: name == "influxd");
        world.Write(1000, 3000);
        await world.UntilAsync(() => Waiting(world.Statistics) == 2000, "spooling");
        Assert.Equal(1000, world.Statistics.Written);

        var last = await world.StopAsync();
        Assert.Equal(2000, Waiting(last));
        world.Write(3000, 3500);
        await world.UntilAsync(() => Waiting(world.Statistics) == 2500, "spooling behind what is there");

        await server.StartAsync();
        world.Write(3500, 4000);
        await world.UntilAsync(() => world.Statistics.Written == 3000, "writing again");

        var read = await server.ReadAsync("m", "f");
        Assert.Equal(4000, read.Count);
        Assert.All(Enumerable.Range(0, 4000), i => Assert.Equal(i, read[_base + i]));
        Assert.Equal(0, Waiting(world.Statistics));
    }

    [Theory]
    [Influxd]
    [VictoriaMetrics]
    public async Task Given_a_server_that_crashes_while_points_come_When_it_is_back_Then_none_that_it_has_not_acknowledged_is_missing(string name)
    {
        await using var server = Server(name);
        await server.StartAsync();
        await using var world = new ExporterWorld(server.Url, server.Api) { TimeBase = _base };
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
            {
                var written = 10 * (i + 1);
                world.Write(10 * i, written);

                // Slow enough for the crash to come in between.
                await world.UntilAsync(() => written - world.Statistics.Written - world.Statistics.SpooledPoints <= 10 * InfluxBacklog.MostInMemory, "taking in");
            }
        });
        await world.UntilAsync(() => world.Statistics.Written >= 500, "the first points");

        await server.StopAsync(crash: name == "influxd");
        await server.StartAsync();
        await writing;
        await world.UntilAsync(() => world.Statistics.Written == 3000, "writing");

        var read = await server.ReadAsync("m", "f");
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => (_base + i, (double)i)), read.OrderBy(point => point.Key).Select(point => (point.Key, point.Value)));
    }

    [Theory]
    [Influxd]
    [VictoriaMetrics]
    public async Task Given_tags_with_signs_of_the_protocol_When_they_are_written_Then_the_server_has_them_as_they_were(string name)
    {
        string[] values =
        [
            "with space", "a,b", "a=b", "say \"hi\"", "it's", "\U0001F600 é 漢", "C:\\temp\\x", "a/b", "$(x) {y} [z] #", " leading", "trailing ",
        ];
        await using var server = Server(name);
        await server.StartAsync();
        await using var world = new ExporterWorld(server.Url, server.Api);
        using var batch = new MetricBatch();
        foreach (var (value, i) in values.Append("line\nbreak").Append("end\\").Select((value, i) => (value, i)))
        {
            batch.Add(new MetricSeries(ExporterWorld.Schema, new MetricTag("tag", value)), (_base + i) * 1_000_000).Set(0, 1.0);
        }

        var points = batch.Count;
        world.Exporter.Write(batch);
        await world.UntilAsync(() => world.Statistics.Written == points, "writing");

        Assert.Equal(values.Append("line break").Append("end/").Order(), (await server.TagValuesAsync("m", "f", "tag")).Order());
    }

    [Theory]
    [Influxd]
    [VictoriaMetrics]
    public async Task Given_numbers_of_all_sizes_When_they_are_written_Then_the_server_has_the_same_bits(string name)
    {
        // VictoriaMetrics keeps decimals, those of a block with one exponent.
        double[] values = name == "influxd"
            ? [0, -1, 0.1, 1.0 / 3, double.MaxValue, double.Epsilon, -double.MaxValue, 1e21, 123456789.123456789]
            : [0, -1, 0.1, -12345.678, 1e6];
        await using var server = Server(name);
        await server.StartAsync();
        await using var world = new ExporterWorld(server.Url, server.Api);
        using var batch = new MetricBatch();
        var series = new MetricSeries(ExporterWorld.Schema);
        for (var i = 0; i < values.Length; i++)
        {
            batch.Add(series, (_base + i) * 1_000_000).Set(0, values[i]);
        }

        batch.Add(series, (_base + values.Length) * 1_000_000).Set(0, double.NaN);
        world.Exporter.Write(batch);
        await world.UntilAsync(() => world.Statistics.Written == values.Length, "writing");

        var read = await server.ReadAsync("m", "f");
        Assert.Equal(values, read.OrderBy(point => point.Key).Select(point => point.Value));
        Assert.Equal(1, world.Statistics.ValuesDropped);
    }

    [InfluxdFact]
    public async Task Given_a_field_of_another_type_than_the_servers_When_it_is_in_a_batch_Then_its_point_alone_is_lost_and_counted()
    {
        await using var server = new InfluxdServer();
        await server.StartAsync();
        await using var world = new ExporterWorld(server.Url, server.Api);
        using var batch = new MetricBatch();
        var number = new MetricSeries(ExporterWorld.Schema, new MetricTag("t", "x"));
        var whole = new MetricSeries(new MetricSchema("m", new MetricField("f", MetricType.Integer)), new MetricTag("t", "x"));
        batch.Add(number, _base * 1_000_000).Set(0, 1.0);
        world.Exporter.Write(batch);
        await world.UntilAsync(() => world.Statistics.Written == 1, "the first point");

        batch.Add(number, (_base + 1) * 1_000_000).Set(0, 2.0);
        batch.Add(whole, (_base + 2) * 1_000_000).Set(0, 3L);
        batch.Add(number, (_base + 3) * 1_000_000).Set(0, 4.0);
        world.Exporter.Write(batch);
        await world.UntilAsync(() => world.Statistics.Written == 3, "the others");

        Assert.Equal(1, world.Statistics.Dropped[DropReason.Rejected]);
        Assert.Equal([1.0, 2, 4], (await server.ReadAsync("m", "f")).OrderBy(point => point.Key).Select(point => point.Value));
        Assert.Contains("field type conflict", Assert.Single(world.Warnings), StringComparison.Ordinal);
    }

    [InfluxdFact]
    public async Task Given_lines_that_are_no_line_protocol_When_they_are_in_a_batch_Then_they_alone_are_lost_and_counted()
    {
        await using var server = new InfluxdServer();
        await server.StartAsync();
        await using var world = new ExporterWorld(server.Url, server.Api);

        // The encoder makes none; the spool takes any. A quote that is open takes in the lines that follow.
        string[] some = [$"m f=1 {_base}", "m", "m,t=it's: f=2 x", $"m f=3 {_base + 1}", $"m f=4 {_base + 2}", "m f=\"open 1"];
        string[] none = ["m", "m f", $"{new string('m', 70_000)} f=1 {_base}"];
        using (var spool = new DiskSpool(world.SpoolPath, 1024 * 1024, new Losses()))
        {
            spool.Append(Batch(some));
            spool.Append(Batch(none));
            spool.Append(Batch([$"m f=5 {_base + 3}"]));
        }

        _ = world.Exporter;
        await world.UntilAsync(() => world.Statistics.Written == 4 && world.Statistics.SpooledPoints == 0, "writing");

        Assert.Equal([1.0, 3, 4, 5], (await server.ReadAsync("m", "f")).OrderBy(point => point.Key).Select(point => point.Value));
        Assert.Equal(6, world.Statistics.Dropped[DropReason.Rejected]);

        static LineBatch Batch(string[] lines)
        {
            var bytes = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));
            return new LineBatch(bytes, bytes.Length, lines.Length);
        }
    }

    [InfluxdFact]
    public async Task Given_a_database_that_is_not_there_When_it_is_made_Then_what_waited_is_written()
    {
        await using var server = new InfluxdServer();
        await server.StartAsync();
        await using var world = new ExporterWorld(server.Url, server.Api) { TimeBase = _base };
        await server.ExecuteAsync("DROP DATABASE d");
        world.Write(0, 100);
        await world.UntilAsync(() => Waiting(world.Statistics) == 100 && world.Statistics.Retries > 1, "being refused");
        var warning = Assert.Single(world.Warnings);
        Assert.Contains("database not found", warning, StringComparison.Ordinal);
        Assert.Contains("expected a server with /write, the database 'd' there", warning, StringComparison.Ordinal);

        await server.ExecuteAsync("CREATE DATABASE d");
        await world.UntilAsync(() => world.Statistics.Written == 100, "writing");
        Assert.Equal(100, (await server.ReadAsync("m", "f")).Count);
    }

    private static long Waiting(InfluxStatistics statistics) => statistics.SpooledPoints;

    private static MetricsServer Server(string name) => name == "influxd" ? new InfluxdServer() : new VictoriaMetricsServer();
}
