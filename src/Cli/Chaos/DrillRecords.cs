using System.Globalization;
using System.Text;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>The records of a drill: series of loads, and now and then one that is no record. The same seed gives the same
/// records.</summary>
internal sealed class DrillRecords(int seed)
{
    /// <summary>Series.</summary>
    internal const int Keys = 64;

    // One in so many is no JSON.
    private const int Bad = 500;
    private const long FirstTime = 1_700_000_000;

    /// <summary>A record by its number.</summary>
    internal OutputRecord this[int number]
    {
        get
        {
            var key = KeyOf(number);
            var step = number / Keys;
            var value = 100 + (40 * Math.Sin((step * 0.13) + (number % Keys))) + (10 * DrillNoise.Of(seed, number)) - 5;
            var text = IsBad(number)
                ? $"{{\"link\":\"{key}\",\"ts\":"
                : string.Create(CultureInfo.InvariantCulture, $"{{\"link\":\"{key}\",\"ts\":{FirstTime + (60L * step)},\"load\":{value:0.###}}}");
            return new OutputRecord(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text));
        }
    }

    /// <summary>Whether a record is to be a dead letter.</summary>
    internal static bool IsBad(int number) => number % Bad == Bad - 1;

    /// <summary>The key of a record.</summary>
    internal static string KeyOf(int number) => string.Create(CultureInfo.InvariantCulture, $"link-{number % Keys}");
}
