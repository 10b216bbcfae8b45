using System.Globalization;
using System.Text.Json;

namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>Records of made-up link loads: five keys, five-minute steps, a cycle that can be learned.</summary>
internal static class SampleRecords
{
    internal const int Keys = 5;

    internal static IEnumerable<string> Json(int records) => Enumerable.Range(0, records).Select(JsonOf);

    internal static string JsonOf(int number) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"link":"link-{{number % Keys}}","ts":{{TimeOf(number)}},"load":{{ValueOf(number)}}}""");

    internal static IEnumerable<string> Csv(int records) =>
        Enumerable.Range(0, records).Select(number => string.Create(CultureInfo.InvariantCulture, $"link-{number % Keys},{TimeOf(number)},{ValueOf(number)}"))
            .Prepend("link,ts,load");

    /// <summary>The same loads as readings of counters of 32 bits, a hundred units of which are a load of one for a second: they wrap, and
    /// each third key is reset half-way.</summary>
    internal static IEnumerable<string> Counters(int records)
    {
        var totals = new uint[Keys];
        for (var number = 0; number < records; number++)
        {
            var key = number % Keys;
            var reset = key % 3 == 0 && number / Keys == records / Keys / 2;
            totals[key] = reset ? 0 : unchecked(totals[key] + (uint)(ValueOf(number) * 30_000));
            yield return string.Create(CultureInfo.InvariantCulture,
                $$"""{"link":"link-{{key}}","ts":{{TimeOf(number)}},"load":{{totals[key]}}}""");
        }
    }

    /// <summary>The same loads, half as large again from the middle on.</summary>
    internal static IEnumerable<string> Changing(int records) => Enumerable.Range(0, records).Select(number => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"link":"link-{{number % Keys}}","ts":{{TimeOf(number)}},"load":{{ValueOf(number) * (number < records / 2 ? 1 : 1.5)}}}"""));

    /// <summary>HOCON of a pipeline on these records; <paramref name="more"/> stands in it.</summary>
    internal static string[] Config(string bootstrap, string store, string more = "") =>
    [
        "streamlearn {",
        $"  kafka {{ bootstrap-servers = \"{bootstrap}\" }}",
        $"  checkpoint.store.path = \"{store}\"",
        "  node.http.enabled = off",
        "  pipelines {",
        "    link-load {",
        "      source { topic = link-load, format = json, key = link, time = ts, value = load, co-partitioned = on }",
        "      task { kind = forecast, horizons = [1, 3], step = 5m }",
        "      learner { kind = recursive-least-squares }",
        "      rivals = [last-value, seasonal-last-value, multilayer-perceptron]",
        more,
        "    }",
        "  }",
        "}",
    ];

    /// <summary>What a summary says of the learning, as text: all that is not time.</summary>
    internal static string LearningOf(JsonElement summary) => string.Join(
        "\n", summary.EnumerateObject().Where(field => field.Name is not ("records_per_second" or "seconds")).Select(field => $"{field.Name}: {field.Value.GetRawText()}"));

    private static long TimeOf(int number) => 1_078_099_200 + (300 * (number / Keys));

    private static double ValueOf(int number) =>
        100 + (50 * Math.Sin((number / Keys) * 0.3)) + (10 * (number % Keys)) + (((number * 7919L) % 101) / 50.0);
}
