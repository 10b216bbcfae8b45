using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;
using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Influx.Lines;
using StreamLearn.Streams.Influx.Points;
using StreamLearn.Streams.Influx.Sending;
using StreamLearn.Streams.Tests.Influx.Servers;
using StreamLearn.Streams.Tests.Kafka;

namespace StreamLearn.Streams.Tests.Influx;

public sealed class InfluxExporterTests
{
    private const string Secret = "hunter2-is-the-token";

    [Theory]
    [InlineData(InfluxApi.V2, true)]
    [InlineData(InfluxApi.V2, false)]
    [InlineData(InfluxApi.V1, true)]
    public async Task Given_points_When_the_server_takes_them_Then_all_arrive_in_order_in_batches(InfluxApi api, bool gzip)
    {
        await using var server = await FakeInflux.StartedAsync();
        await using var world = new ExporterWorld(server.Url, api) { Gzip = gzip };

        world.Write(0, 95);
        await world.UntilAsync(() => world.Statistics.Written == 95, "writing");

        Assert.Equal(ExporterWorld.Lines(0, 95), server.Written);
        var first = server.Requests[0];
        Assert.Equal(
            api == InfluxApi.V2 ? ("/api/v2/write", "?org=o&bucket=b&precision=ms") : ("/write", "?db=d&precision=ms"), (first.Path, first.Query));
        Assert.Equal(gzip ? "gzip" : null, first.Encoding);
        Assert.Null(first.Authorization);
        Assert.All(server.Requests, request => Assert.InRange(request.Lines.Count, 1, 10));
        Assert.Empty(world.Warnings);
        Assert.All(world.Statistics.Dropped.Values, dropped => Assert.Equal(0, dropped));
    }

    [Fact]
    public async Task Given_fewer_points_than_a_batch_When_the_first_is_old_enough_Then_they_are_sent()
    {
        var time = new FakeTimeProvider();
        var times = new List<DateTimeOffset>();
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = _ =>
        {
            times.Add(time.GetUtcNow());
            return FakeAnswer.Ok;
        };
        await using var world = new ExporterWorld(server.Url) { Time = time };
        var start = time.GetUtcNow();

        world.Write(0, 3);
        await UntilWrittenAsync(world, time, 3, TimeSpan.FromMilliseconds(1));
        Assert.InRange(times[0] - start, TimeSpan.FromMilliseconds(20), TimeSpan.MaxValue);

        // A batch that was full in between has not moved the clock of the next one.
        world.Write(3, 13);
        time.Advance(TimeSpan.FromMilliseconds(10));
        var begun = time.GetUtcNow();
        world.Write(13, 14);
        await UntilWrittenAsync(world, time, 14, TimeSpan.FromMilliseconds(1));
        Assert.InRange(times[2] - begun, TimeSpan.FromMilliseconds(20), TimeSpan.MaxValue);
        Assert.Equal([3, 10, 1], server.Requests.Select(request => request.Lines.Count));
    }

    [Fact]
    public async Task Given_a_server_that_is_away_When_it_is_back_Then_every_point_arrives_once_and_in_order()
    {
        await using var server = await FakeInflux.StartedAsync();
        await using var world = new ExporterWorld(server.Url);
        world.Write(0, 50);
        await world.UntilAsync(() => world.Statistics.Written == 50, "writing");

        await server.StopAsync();
        world.Write(50, 500);
        await world.UntilAsync(() => world.Statistics.SpooledPoints == 450, "spooling");
        Assert.Contains(" is away: ", Assert.Single(world.Warnings), StringComparison.Ordinal);

        await server.StartAsync();
        world.Write(500, 600);
        await world.UntilAsync(() => world.Statistics.Written == 600, "writing again");

        Assert.Equal(ExporterWorld.Lines(0, 600), server.Written);
        Assert.Equal((0, 0), (world.Statistics.SpooledPoints, world.Statistics.SpooledBytes));
        Assert.True(world.Statistics.Retries > 0, "Nothing was retried.");
        Assert.Contains(" takes metrics again", world.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_points_in_the_spool_When_the_process_ends_Then_the_next_one_sends_them_first()
    {
        await using var server = new FakeInflux();
        await using var world = new ExporterWorld(server.Url) { StopTimeout = TimeSpan.FromMilliseconds(50) };
        world.Write(0, 300);
        var statistics = await world.StopAsync();
        Assert.Equal((0, 300), (statistics.Written, statistics.SpooledPoints));

        await server.StartAsync();
        world.Write(300, 400);
        await world.UntilAsync(() => world.Statistics.Written == 400, "writing");

        Assert.Equal(ExporterWorld.Lines(0, 400), server.Written);
    }

    [Fact]
    public async Task Given_a_process_that_is_killed_while_the_server_is_away_When_the_next_one_starts_Then_it_sends_what_was_in_the_spool()
    {
        await using var server = new FakeInflux();
        await using var killed = new ExporterWorld(server.Url) { StopTimeout = TimeSpan.FromMilliseconds(50) };
        killed.Write(0, 300);
        await killed.UntilAsync(() => killed.Statistics.SpooledPoints == 300, "spooling");

        await using var world = killed.AfterKill();
        await killed.StopAsync();
        await server.StartAsync();
        await world.UntilAsync(() => world.Statistics.Written == 300, "writing");

        Assert.Equal(ExporterWorld.Lines(0, 300), server.Written);
    }

    [Fact]
    public async Task Given_more_at_once_than_memory_takes_When_it_is_written_Then_what_is_lost_is_counted_and_the_rest_arrives_in_order()
    {
        const int points = 50_000;
        await using var server = await FakeInflux.StartedAsync();
        using var open = new ManualResetEventSlim();
        await using var world = new ExporterWorld(server.Url) { BatchPoints = 100, BatchBytes = 1024, OnSpoolUse = () => open.Wait(Waits.Patience) };
        using var batch = new MetricBatch();
        var series = new MetricSeries(ExporterWorld.Schema, new MetricTag("t", "x"));
        for (var i = 0; i < points; i++)
        {
            batch.Add(series, i * 1_000_000L).Set(0, (double)i);
        }

        // Nothing is put anywhere before all has come.
        world.Exporter.Write(batch);
        open.Set();
        await world.UntilAsync(() => world.Statistics.Written + world.Statistics.Dropped[DropReason.Buffer] == points, "writing");

        var times = server.Written.Select(line => int.Parse(line.AsSpan(line.LastIndexOf(' ')), System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(times.Order(), times);
        Assert.Equal(times.Length, world.Statistics.Written);
        Assert.Equal(points - times.Length, world.Statistics.Dropped.Values.Sum());
        Assert.InRange(world.Statistics.Dropped[DropReason.Buffer], 1, points - 1);
    }

    [Fact]
    public async Task Given_a_server_that_is_slow_When_points_are_written_Then_the_writer_never_waits_and_the_order_stays()
    {
        await using var server = await FakeInflux.StartedAsync();
        using var open = new ManualResetEventSlim();
        server.Answer = _ =>
        {
            open.Wait(Waits.Patience);
            return FakeAnswer.Ok;
        };
        await using var world = new ExporterWorld(server.Url);

        foreach (var i in Enumerable.Range(0, 40))
        {
            world.Write(10 * i, 10 * (i + 1));
            await world.UntilAsync(() => server.Requests.Count > 0, "the first request");
            await world.UntilAsync(() => world.Statistics.SpooledPoints >= 10 * (i + 1 - InfluxBacklog.MostInMemory), "taking in");
        }

        Assert.Equal(0, world.Statistics.Written);
        open.Set();
        await world.UntilAsync(() => world.Statistics.Written == 400, "writing");
        Assert.Equal(ExporterWorld.Lines(0, 400), server.Written);
        Assert.Empty(world.Warnings);
    }

    [Fact]
    public async Task Given_points_under_way_When_the_exporter_stops_Then_they_are_sent_before_it_ends()
    {
        await using var server = await FakeInflux.StartedAsync();
        await using var world = new ExporterWorld(server.Url);

        world.Write(0, 77);
        var statistics = await world.StopAsync();

        Assert.Equal((77, 0), (statistics.Written, statistics.SpooledPoints));
        Assert.Equal(ExporterWorld.Lines(0, 77), server.Written);
    }

    [Fact]
    public async Task Given_a_server_that_does_not_answer_When_the_exporter_stops_Then_it_waits_so_long_only_and_the_rest_is_kept()
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = _ => new FakeAnswer(0, Hangs: true);
        await using var world = new ExporterWorld(server.Url) { StopTimeout = TimeSpan.FromMilliseconds(100) };

        world.Write(0, 250);
        await world.UntilAsync(() => server.Requests.Count > 0, "the first request");
        var statistics = await world.StopAsync();
        Assert.Equal((0, 250), (statistics.Written, statistics.SpooledPoints));

        server.Answer = _ => FakeAnswer.Ok;
        await world.UntilAsync(() => world.Statistics.Written == 250, "writing");
        Assert.Equal(ExporterWorld.Lines(0, 250), server.Written);
    }

    [Fact]
    public async Task Given_points_after_the_stop_When_they_are_written_Then_they_are_counted_and_nothing_is_thrown()
    {
        await using var server = await FakeInflux.StartedAsync();
        await using var world = new ExporterWorld(server.Url);
        var exporter = world.Exporter;
        await exporter.StopAsync();

        world.Write(0, 5);
        exporter.Flush();

        Assert.Equal(5, exporter.Statistics.Dropped[DropReason.Stopped]);
        await exporter.StopAsync();
    }

    [Theory]
    [InlineData(429, "30", 30)]
    [InlineData(503, "30", 30)]
    [InlineData(500, "Sat, 01 Jan 2000 00:00:45 GMT", 45)]
    [InlineData(401, "90", 90)]
    [InlineData(429, "2147483647", 3600)]
    public async Task Given_a_server_that_asks_for_a_wait_When_it_is_sent_to_again_Then_not_before_that(int status, string retryAfter, int seconds)
    {
        // It begins with the year 2000; the exporter's own longest wait is a tenth of a second.
        var time = new FakeTimeProvider();
        var times = new List<DateTimeOffset>();
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = _ =>
        {
            times.Add(time.GetUtcNow());
            return times.Count == 1 ? new FakeAnswer(status, "later", retryAfter) : FakeAnswer.Ok;
        };
        await using var world = new ExporterWorld(server.Url) { Time = time };

        world.Write(0, 10);
        await world.UntilAsync(() => world.Statistics.Retries == 1, "the first answer");
        await UntilWrittenAsync(world, time, 10, TimeSpan.FromSeconds(seconds / 30.0));

        Assert.InRange((times[1] - times[0]).TotalSeconds, seconds, double.MaxValue);
        Assert.Contains($"answers {status} (later)", world.Warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_server_that_does_not_answer_in_time_When_it_does_later_Then_the_points_arrive()
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = _ => server.Requests.Count < 3 ? new FakeAnswer(0, Hangs: true) : FakeAnswer.Ok;
        await using var world = new ExporterWorld(server.Url) { Timeout = TimeSpan.FromMilliseconds(100) };

        world.Write(0, 10);
        await world.UntilAsync(() => world.Statistics.Written == 10, "writing");

        Assert.Equal(2, world.Statistics.Retries);
        Assert.Equal(ExporterWorld.Lines(0, 10), server.Written);
    }

    [Theory]
    [InlineData(401, InfluxApi.V2, "STREAMLEARN_TEST_NO_TOKEN")]
    [InlineData(403, InfluxApi.V2, "STREAMLEARN_TEST_NO_TOKEN")]
    [InlineData(404, InfluxApi.V2, "bucket 'b'")]
    [InlineData(404, InfluxApi.V1, "database 'd'")]
    [InlineData(301, InfluxApi.V2, "/api/v2/write")]
    public async Task Given_a_server_that_refuses_everything_When_that_is_put_right_Then_what_waited_arrives_and_there_was_one_warning(
        int status, InfluxApi api, string named)
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = _ => new FakeAnswer(status, """{"message":"no"}""");
        await using var world = new ExporterWorld(server.Url, api);

        world.Write(0, 100);
        await world.UntilAsync(() => world.Statistics.Retries > 3 && world.Statistics.SpooledPoints == 100, "being refused");
        var warning = Assert.Single(world.Warnings);
        Assert.Contains($"answers {status} ({{\"message\":\"no\"}}); expected ", warning, StringComparison.Ordinal);
        Assert.Contains(named, warning, StringComparison.Ordinal);

        server.Answer = _ => FakeAnswer.Ok;
        await world.UntilAsync(() => world.Statistics.Written == 100, "writing");
        Assert.Equal(ExporterWorld.Lines(0, 100), server.Written);
    }

    [Fact]
    public async Task Given_a_line_that_the_server_names_When_it_refuses_the_batch_Then_the_others_arrive_with_the_next_request()
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = request => request.Lines.Contains("m,t=x f=13 13")
            ? new FakeAnswer(400, """{"code":"invalid","message":"unable to parse 'm,t=x f=13 13': unlucky"}""")
            : FakeAnswer.Ok;
        await using var world = new ExporterWorld(server.Url);

        world.Write(0, 30);
        await world.UntilAsync(() => world.Statistics.Written == 29, "writing");

        Assert.Equal(ExporterWorld.Lines(0, 30).Where(line => !line.EndsWith(" 13", StringComparison.Ordinal)), server.Written);
        Assert.Equal(1, world.Statistics.Dropped[DropReason.Rejected]);
        Assert.Equal(4, server.Requests.Count);
        Assert.Contains("unlucky", Assert.Single(world.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_line_that_nobody_names_When_the_batch_is_refused_Then_it_is_found_by_halving()
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = request => request.Lines.Any(line => line.EndsWith('3')) ? new FakeAnswer(400) : FakeAnswer.Ok;
        await using var world = new ExporterWorld(server.Url) { BatchPoints = 64 };

        world.Write(0, 64);
        await world.UntilAsync(() => world.Statistics.Written == 64 - 7, "writing");

        Assert.Equal(ExporterWorld.Lines(0, 64).Where(line => !line.EndsWith('3')), server.Written);
        Assert.Equal(7, world.Statistics.Dropped[DropReason.Rejected]);
    }

    [Fact]
    public async Task Given_a_partial_write_When_the_server_says_how_many_are_lost_Then_so_many_are_counted_and_nothing_is_sent_again()
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = _ => new FakeAnswer(400, """{"error":"partial write: field type conflict: input field \"f\" dropped=3"}""");
        await using var world = new ExporterWorld(server.Url);

        world.Write(0, 10);
        await world.UntilAsync(() => world.Statistics.Written == 7, "writing");

        Assert.Equal(3, world.Statistics.Dropped[DropReason.Rejected]);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Given_a_request_that_is_too_large_When_it_is_refused_Then_it_is_sent_in_halves()
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = request => request.Lines.Count > 3 || request.Body.Contains("f=5 ", StringComparison.Ordinal) ? new FakeAnswer(413) : FakeAnswer.Ok;
        await using var world = new ExporterWorld(server.Url);

        world.Write(0, 10);
        await world.UntilAsync(() => world.Statistics.Written == 9, "writing");

        Assert.Equal(ExporterWorld.Lines(0, 10).Where(line => !line.EndsWith('5')), server.Written);
        Assert.Equal(1, world.Statistics.Dropped[DropReason.TooLarge]);
    }

    [Fact]
    public async Task Given_bad_lines_and_a_server_that_goes_away_between_requests_When_it_is_back_Then_the_others_arrive()
    {
        await using var server = await FakeInflux.StartedAsync();
        var count = 0;
        server.Answer = request => ++count % 2 == 0
            ? new FakeAnswer(503)
            : request.Body.Contains("f=7 ", StringComparison.Ordinal) ? new FakeAnswer(400, "?") : FakeAnswer.Ok;
        await using var world = new ExporterWorld(server.Url);

        world.Write(0, 20);
        await world.UntilAsync(() => world.Statistics.Written == 19, "writing");

        Assert.Equal(ExporterWorld.Lines(0, 20).Where(line => !line.EndsWith(" 7", StringComparison.Ordinal)), server.Written);
    }

    [Fact]
    public async Task Given_a_small_spool_When_more_comes_than_it_holds_Then_the_oldest_are_lost_and_counted_and_the_newest_arrive()
    {
        await using var server = new FakeInflux();
        await using var world = new ExporterWorld(server.Url) { BatchBytes = 4096, SpoolBytes = 64 * 1024 };
        foreach (var i in Enumerable.Range(0, 1000))
        {
            world.Write(10 * i, 10 * (i + 1));
            await world.UntilAsync(() => Total(world.Statistics) == 10 * (i + 1), "spooling");
        }

        var lost = (int)world.Statistics.Dropped[DropReason.Evicted];
        Assert.InRange(lost, 1, 9990);
        await server.StartAsync();
        await world.UntilAsync(() => world.Statistics.SpooledPoints == 0 && world.Statistics.Written > 0, "writing");

        // The one that was being sent when it was given up may have arrived all the same.
        Assert.Equal(ExporterWorld.Lines(lost, 10_000), server.Written.Skip(server.Written.Count - (10_000 - lost)));
        Assert.InRange(server.Written.Count, 10_000 - lost, 10_010 - lost);

        static long Total(InfluxStatistics statistics) => statistics.SpooledPoints + statistics.Dropped[DropReason.Evicted];
    }

    [Fact]
    public async Task Given_no_spool_When_the_server_is_away_Then_some_wait_in_memory_and_the_others_are_lost_and_counted()
    {
        await using var server = new FakeInflux();
        await using var world = new ExporterWorld(server.Url) { SpoolBytes = 0, StopTimeout = TimeSpan.FromMilliseconds(50) };
        foreach (var i in Enumerable.Range(0, 30))
        {
            world.Write(10 * i, 10 * (i + 1));
            await world.UntilAsync(() => world.Statistics.Dropped[DropReason.Spool] >= 10 * (i + 1 - InfluxBacklog.MostInMemory), "taking in");
        }

        await server.StartAsync();
        await world.UntilAsync(() => world.Statistics.Written == 10 * InfluxBacklog.MostInMemory, "writing");
        Assert.Equal(ExporterWorld.Lines(0, 10 * InfluxBacklog.MostInMemory), server.Written);
        Assert.Equal(300 - (10 * InfluxBacklog.MostInMemory), world.Statistics.Dropped[DropReason.Spool]);
        Assert.False(Directory.Exists(world.SpoolPath));
    }

    [Fact]
    public async Task Given_a_spool_that_is_gone_When_the_server_is_away_Then_that_is_said_once_and_writing_goes_on_when_it_is_back()
    {
        await using var server = new FakeInflux();
        await using var world = new ExporterWorld(server.Url);
        _ = world.Exporter;
        Directory.Delete(world.SpoolPath, recursive: true);
        foreach (var i in Enumerable.Range(0, 30))
        {
            world.Write(10 * i, 10 * (i + 1));
            await world.UntilAsync(() => world.Statistics.Dropped[DropReason.Spool] >= 10 * (i + 1 - InfluxBacklog.MostInMemory), "taking in");
        }

        Assert.Single(world.Warnings, warning => warning.StartsWith("Metrics cannot be kept on disk", StringComparison.Ordinal));
        await server.StartAsync();
        await world.UntilAsync(() => world.Statistics.Written == 10 * InfluxBacklog.MostInMemory, "writing");
        Assert.Equal(ExporterWorld.Lines(0, 10 * InfluxBacklog.MostInMemory), server.Written);
    }

    [Fact]
    public async Task Given_a_token_When_the_server_repeats_it_Then_it_is_in_the_header_and_in_no_text()
    {
        const string variable = "STREAMLEARN_TEST_INFLUX_TOKEN";
        Environment.SetEnvironmentVariable(variable, Secret + "\n");
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = request => server.Requests.Count == 1 ? new FakeAnswer(401, $"bad token {request.Authorization}") : FakeAnswer.Ok;
        await using var world = new ExporterWorld(server.Url) { TokenVariable = variable };

        world.Write(0, 10);
        await world.UntilAsync(() => world.Statistics.Written == 10, "writing");

        Assert.Equal($"Token {Secret}", server.Requests[0].Authorization);
        Assert.Contains("bad token Token ***", world.Warnings[0], StringComparison.Ordinal);
        Assert.All([.. world.Warnings, world.Settings().ToString()], text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_a_user_and_a_password_When_the_api_is_v1_Then_they_are_in_the_header_and_in_no_text()
    {
        const string variable = "STREAMLEARN_TEST_INFLUX_PASSWORD";
        Environment.SetEnvironmentVariable(variable, Secret);
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = request => server.Requests.Count == 1 ? new FakeAnswer(401, $"{request.Authorization} {Secret}") : FakeAnswer.Ok;
        await using var world = new ExporterWorld(server.Url, InfluxApi.V1) { User = "u", PasswordVariable = variable };

        world.Write(0, 10);
        await world.UntilAsync(() => world.Statistics.Written == 10, "writing");

        var encoded = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"u:{Secret}"));
        Assert.Equal($"Basic {encoded}", server.Requests[0].Authorization);
        Assert.Contains("(Basic *** ***)", world.Warnings[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\r\nX-Injected: 1")]
    [InlineData("a b")]
    [InlineData("é")]
    public void Given_a_token_that_no_header_can_hold_When_the_exporter_is_made_Then_the_variable_is_named_and_its_value_is_not(string token)
    {
        const string variable = "STREAMLEARN_TEST_INFLUX_BAD_TOKEN";
        Environment.SetEnvironmentVariable(variable, token);
        var directory = Directory.CreateTempSubdirectory("streamlearn-influx-");
        var settings = new InfluxSettings { TokenVariable = variable, SpoolPath = directory.FullName };

        // Twice: the first one has not kept the spool.
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var refused = Assert.Throws<InfluxException>(() => new InfluxExporter(settings, _ => { }));
            Assert.StartsWith($"The value of the environment variable {variable} is no token", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(token, refused.Message, StringComparison.Ordinal);
        }

        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Given_values_that_are_not_finite_When_they_are_written_Then_they_are_counted_and_the_instruments_say_the_same()
    {
        var counted = new Dictionary<string, long>();
        using var listener = new MeterListener();
        await using var server = await FakeInflux.StartedAsync();
        await using var world = new ExporterWorld(server.Url);
        var exporter = world.Exporter;
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == InfluxExporter.MeterName)
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            lock (counted)
            {
                counted[instrument.Name] = counted.GetValueOrDefault(instrument.Name) + value;
            }
        });
        listener.Start();

        using var batch = new MetricBatch();
        var series = new MetricSeries(ExporterWorld.Schema);
        batch.Add(series, 1).Set(0, double.NaN);
        batch.Add(series, 2).Set(0, double.NegativeInfinity);
        batch.Add(series, 3).Set(0, 1.0);
        exporter.Write(batch);
        await world.UntilAsync(() => world.Statistics.Written == 1, "writing");

        Assert.Equal((2, 2), (world.Statistics.ValuesDropped, world.Statistics.Dropped[DropReason.NoFields]));

        // Other tests of this process count on instruments of the same names.
        lock (counted)
        {
            Assert.True(counted.GetValueOrDefault("influx.values.dropped") >= 2, "The values are not counted.");
            Assert.True(counted.GetValueOrDefault("influx.points.dropped") >= 2, "The points are not counted.");
        }
    }

    [Fact]
    public async Task Given_many_threads_When_they_write_at_once_Then_every_point_arrives_whole()
    {
        await using var server = await FakeInflux.StartedAsync();
        await using var world = new ExporterWorld(server.Url) { BatchPoints = 100 };

        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() => world.Write(thread * 100, (thread + 1) * 100))));
        await world.UntilAsync(() => world.Statistics.Written == 800, "writing");

        Assert.Equal(ExporterWorld.Lines(0, 800).Order(StringComparer.Ordinal), server.Written.Order(StringComparer.Ordinal));
    }

    private static async Task UntilWrittenAsync(ExporterWorld world, FakeTimeProvider time, long points, TimeSpan step)
    {
        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(step);
                return world.Statistics.Written == points;
            },
            "writing",
            () => $"{world.Statistics}");
    }
}
