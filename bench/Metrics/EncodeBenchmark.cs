using System.Globalization;
using System.Text;
using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Influx.Lines;
using StreamLearn.Streams.Influx.Points;

namespace StreamLearn.Bench.Metrics;

/// <summary>
/// Points per second, on one thread, from values to bytes that can be sent: batches of metrics through <see cref="LineProtocolEncoder"/>, against an encoder
/// as one would write it with <see cref="StringBuilder"/>. Both make the same bytes, which is checked before anything is measured.
/// </summary>
internal static class EncodeBenchmark
{
    private const int Series = 1_000;
    private const int PointsPerBatch = 1_000;
    private const int BatchesPerRound = 100;
    private const int Rounds = 9;
    private const long Start = 1_700_000_000_000_000_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly string[] FieldNames = ["loss", "error", "skill", "records", "frozen"];

    internal static BenchmarkResult Run(TextWriter log)
    {
        var schema = new MetricSchema(
            "learning", new MetricField("loss", MetricType.Float), new MetricField("error", MetricType.Float), new MetricField("skill", MetricType.Float),
            new MetricField("records", MetricType.Integer), new MetricField("frozen", MetricType.Boolean));
        var tags = Enumerable.Range(0, Series).Select(i => ($"link {i:0000}", $"node-{i % 3}")).ToArray();
        var series = tags.Select(tag => new MetricSeries(
            schema, new MetricTag("key", tag.Item1), new MetricTag("node", tag.Item2), new MetricTag("pipeline", "link-load"))).ToArray();
        using var ours = new Ours(series);
        var plain = new Plain(tags);
        ours.Encode(0);
        if (!ours.Bytes.SequenceEqual(plain.Encode(0)))
        {
            throw new InvalidOperationException("The two encoders do not make the same bytes.");
        }

        // Both until tiered compilation has come to its end.
        var start = TimeProvider.System.GetTimestamp();
        for (var batch = 0; TimeProvider.System.GetElapsedTime(start) < 2 * WarmUp; batch++)
        {
            ours.Encode(batch % BatchesPerRound);
            plain.Encode(batch % BatchesPerRound);
        }

        var oursRates = new List<double>();
        var plainRates = new List<double>();
        long oursAllocated = 0;
        long plainAllocated = 0;
        for (var round = 0; round < Rounds; round++)
        {
            oursRates.Add(Rate(batch => ours.Encode(batch), ref oursAllocated));
            plainRates.Add(Rate(batch => plain.Encode(batch), ref plainAllocated));
        }

        var ratios = oursRates.Zip(plainRates, (one, other) => one / other).Order().ToArray();
        oursRates.Sort();
        plainRates.Sort();
        const double points = (double)PointsPerBatch * BatchesPerRound * Rounds;
        log.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{PointsPerBatch * BatchesPerRound} points a round, {ours.Bytes.Length / PointsPerBatch} bytes a point: ours {oursRates[0]:0} to {oursRates[^1]:0}, "
            + $"StringBuilder {plainRates[0]:0} to {plainRates[^1]:0} points/s and {plainAllocated / points:0} bytes allocated a point"));
        return new BenchmarkResult(
        [
            new BenchmarkRow("encode", oursRates[Rounds / 2], "points/s", "StringBuilder", plainRates[Rounds / 2], ratios[Rounds / 2]),
            new BenchmarkRow("encode/best", oursRates[^1], "points/s", "StringBuilder", plainRates[^1], oursRates[^1] / plainRates[^1]),
            new BenchmarkRow("encode/allocated", oursAllocated / points, "bytes/point"),
        ]);
    }

    private static double Rate(Action<int> encode, ref long allocated)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = TimeProvider.System.GetTimestamp();
        for (var batch = 0; batch < BatchesPerRound; batch++)
        {
            encode(batch);
        }

        var time = TimeProvider.System.GetElapsedTime(start);
        allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        return PointsPerBatch * BatchesPerRound / time.TotalSeconds;
    }

    private static double Loss(int batch, int i) => 1 / (1 + (batch * 0.37) + i);

    private static double Error(int batch, int i) => (i % 97) / (batch + 3.0);

    private static double Skill(int batch, int i) => 1 - (1 / (2.5 + batch + i));

    private static long Time(int batch, int i) => Start + (((batch * PointsPerBatch) + i) * 1_000_000L);

    /// <summary>Fills a batch that is used again, and encodes it.</summary>
    private sealed class Ours(MetricSeries[] series) : IDisposable
    {
        private readonly MetricBatchPool _pool = new();
        private readonly LineProtocolEncoder _encoder = new(MetricPrecision.Milliseconds);
        private readonly LineBuffer _lines = new();

        internal ReadOnlySpan<byte> Bytes => _lines.Written;

        internal void Encode(int number)
        {
            using var batch = _pool.Rent();
            _lines.Clear();
            for (var i = 0; i < PointsPerBatch; i++)
            {
                batch.Add(series[i % series.Length], Time(number, i))
                    .Set(0, Loss(number, i)).Set(1, Error(number, i)).Set(2, Skill(number, i)).Set(3, (long)number + i).Set(4, i % 2 == 0);
            }

            _encoder.Encode(batch, _lines);
        }

        public void Dispose() => _lines.Dispose();
    }

    /// <summary>What a user would write: names and values into a string, which becomes bytes.</summary>
    private sealed class Plain((string Key, string Node)[] tags)
    {
        internal byte[] Encode(int number)
        {
            var lines = new StringBuilder();
            for (var i = 0; i < PointsPerBatch; i++)
            {
                var (key, node) = tags[i % tags.Length];
                lines.Append("learning,key=").Append(Escape(key)).Append(",node=").Append(Escape(node)).Append(",pipeline=").Append(Escape("link-load"));
                lines.AppendFormat(
                    CultureInfo.InvariantCulture, " {0}={1},{2}={3},{4}={5},{6}={7}i,{8}={9} {10}\n", FieldNames[0], Loss(number, i), FieldNames[1], Error(number, i),
                    FieldNames[2], Skill(number, i), FieldNames[3], (long)number + i, FieldNames[4], i % 2 == 0 ? "true" : "false", Time(number, i) / 1_000_000);
            }

            return Encoding.UTF8.GetBytes(lines.ToString());
        }

        private static string Escape(string name) =>
            name.Replace(",", "\\,", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal).Replace(" ", "\\ ", StringComparison.Ordinal);
    }
}
