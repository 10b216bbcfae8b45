namespace StreamLearn.Learners.Tests.Conformance;

/// <summary>
/// Series that arithmetic breaks on, by name: the number at a step (from 0) and a place of the example (0: the value, then the features).
/// </summary>
internal static class HardSeries
{
    internal static IReadOnlyDictionary<string, Func<int, int, double>> All { get; } = new Dictionary<string, Func<int, int, double>>
    {
        ["zero"] = (_, _) => 0,
        ["constant"] = (_, place) => 7.25 - place,
        ["constant, negative and tiny"] = (_, _) => -1e-300,
        ["constant and huge"] = (_, _) => 1e300,
        ["the largest numbers, alternating"] = (step, place) => (step + place) % 2 == 0 ? double.MaxValue : -double.MaxValue,
        ["the largest number and zero, alternating"] = (step, _) => step % 2 == 0 ? double.MaxValue : 0,
        ["the smallest numbers, alternating"] = (step, _) => step % 2 == 0 ? double.Epsilon : -double.Epsilon,
        ["huge, alternating"] = (step, place) => (step + place) % 2 == 0 ? 1e300 : -1e300,
        ["huge, zero, tiny, negative"] = (step, place) => ((step + place) % 4) switch { 0 => 1e300, 1 => 0, 2 => 1e-300, _ => -1e300 },
        ["zeros of both signs"] = (step, _) => step % 2 == 0 ? 0.0 : -0.0,
        ["tiny, then huge"] = (step, _) => Sign(step) * (step < 200 ? 1e-300 : 1e300),
        ["huge, then tiny"] = (step, _) => Sign(step) * (step < 200 ? 1e300 : 1e-300),
        ["zero, then huge"] = (step, _) => step < 200 ? 0 : Sign(step) * 1e300,
        ["growing through all magnitudes"] = (step, place) => Sign(step + place) * Math.Pow(10, -300 + (step % 601)),
        ["a wild feature beside a tame value"] = (step, place) => place == 0 ? Math.Sin(step) : Wild(step),
        ["a wild value beside tame features"] = (step, place) => place == 0 ? Wild(step) : Math.Cos(step),
        ["one spike in noise"] = (step, place) => step == 300 ? 1e200 : Sign(step * (place + 3)) * 1e-3,
        ["magnitudes at random"] = (step, place) => Sign((step * 7) + place) * Math.Pow(10, (Scatter(step, place) % 601) - 300.0),
        ["middling magnitudes at random"] = (step, place) => Sign((step * 7) + place) * Math.Pow(10, (Scatter(step, place) % 201) - 100.0),
    };

    private static int Sign(int at) => at % 3 == 0 ? -1 : 1;

    private static double Wild(int step) => Sign(step) * Math.Pow(10, (step * 37 % 601) - 300);

    private static int Scatter(int step, int place) => (int)((((uint)step * 2654435761u) + ((uint)place * 40503u)) >> 8);
}
