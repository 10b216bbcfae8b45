namespace StreamLearn.Cli.Experiments.LinkFailure;

/// <summary>What came of the experiment.</summary>
/// <param name="Settings">What it ran on.</param>
/// <param name="Models">The rows.</param>
/// <param name="Horizons">In bins.</param>
/// <param name="Links">Every link around every failure.</param>
/// <param name="Seconds">For each model, processor time that it took in all.</param>
/// <param name="Example">Loads and forecasts of one link, for a plot.</param>
internal sealed record LinkFailureResult(
    LinkFailureSettings Settings, IReadOnlyList<ForecastModel> Models, IReadOnlyList<int> Horizons, IReadOnlyList<ShiftedLink> Links,
    double[] Seconds, ExampleForecasts Example);
