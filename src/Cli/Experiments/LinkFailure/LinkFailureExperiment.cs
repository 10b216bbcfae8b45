using StreamLearn.Cli.Commands;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Simulation.Networks;

namespace StreamLearn.Cli.Experiments.LinkFailure;

/// <summary>
/// Forecasts of link loads through failures: every model learns on two weeks without failure, then a cable fails, and what matters is how the links that
/// its traffic moves to are forecast after that.
/// </summary>
/// <remarks>
/// Protocol: docs/results/link-failure.md, after Ayoub et al. 2024 (arXiv 2404.05304). Nothing about the failure is told to any model.
/// </remarks>
internal sealed class LinkFailureExperiment
{
    private const int Day = 288;

    private readonly LinkFailureSettings _settings;
    private readonly IReadOnlyList<ForecastModel> _models;
    private readonly ForecastTask _task = new() { StepMilliseconds = (long)LinkLoads.Step.TotalMilliseconds };

    internal LinkFailureExperiment(LinkFailureSettings settings)
    {
        _settings = settings;
        var all = ForecastModel.All(settings.DaysBefore * Day);
        if (settings.Models.FirstOrDefault(name => all.All(model => model.Name != name)) is { } unknown)
        {
            throw new UsageException($"There is no model '{unknown}'; expected some of {string.Join("; ", all.Select(model => model.Name))}.");
        }

        _models = [.. all.Where(model => settings.Models.Count == 0 || settings.Models.Contains(model.Name))];
    }

    private int History => _settings.DaysBefore * Day;

    /// <summary>Runs all seeds.</summary>
    /// <param name="say">Is told how far it has come.</param>
    /// <param name="cancellation">Stops it.</param>
    internal LinkFailureResult Run(Action<string> say, CancellationToken cancellation)
    {
        var links = new List<ShiftedLink>();
        var seconds = new double[_models.Count];
        ExampleForecasts? example = null;
        for (var seed = _settings.FirstSeed; seed < _settings.FirstSeed + (ulong)_settings.Seeds; seed++)
        {
            var study = Study(seed, cancellation);
            var jobs = Jobs(study);
            var done = new (ShiftedLink[] Links, double[] Seconds, ExampleForecasts? Example)[jobs.Count];
            var exampleLink = example is null && jobs.Count > 0 ? jobs.SelectMany(job => job.Shifts).MaxBy(shift => Math.Min(shift.Shift.Severity, 10)).Shift : null;
            Parallel.For(
                0, jobs.Count, new ParallelOptions { MaxDegreeOfParallelism = _settings.Threads, CancellationToken = cancellation },
                job => done[job] = RunLink(study, seed, jobs[job], exampleLink));
            foreach (var (shifted, spent, shown) in done)
            {
                links.AddRange(shifted);
                example ??= shown;
                for (var model = 0; model < seconds.Length; model++)
                {
                    seconds[model] += spent[model];
                }
            }

            say($"seed {seed}: {study.Responses.Count} failures, {done.Sum(job => job.Links.Length)} shifted links, {_models.Count} models");
        }

        return example is null
            ? throw new UsageException("No failure shifts any link by a tenth; expected other days, failures or seeds.")
            : new LinkFailureResult(_settings, _models, _task.Horizons, links, seconds, example);
    }

    private LinkFailureStudy Study(ulong seed, CancellationToken cancellation)
    {
        var options = new LinkFailureStudyOptions
        {
            // A day and the furthest horizon lie between what the models learn on, some of them several times, and the first failure: what is called
            // "before" is new to all of them.
            BinsBefore = History + Day + _task.FurthestHorizon, BinsAfter = _settings.DaysAfter * Day,
        };
        Topology topology;
        IDemandSource demands;
        if (_settings.Demands.Count > 0)
        {
            topology = _settings.TopologyFile.Length > 0
                ? TopologyFile.Read(_settings.TopologyFile, Topology.AbileneNodes)
                : Topology.BuiltIn(_settings.Topology);
            demands = new MeasuredDemands(_settings.Demands, topology.Nodes.Count);
        }
        else
        {
            topology = Topology.BuiltIn(_settings.Topology);

            // The failure falls on a working day that follows a working day: the weekend is no shift of its own.
            demands = new CyclicDemands(topology, new CyclicDemandsOptions { Seed = seed, Start = LinkLoads.AbileneStart.AddDays(1) });
        }

        demands = new InterruptibleDemands(demands, cancellation);
        try
        {
            return LinkFailureStudy.Run(topology, demands, FailureCases.Choose(topology, demands, _settings.Failures, seed, options), options);
        }
        catch (ArgumentException exception)
        {
            // What it is given comes from the command line: days, failures, demands.
            throw new UsageException(exception.Message);
        }
    }

    /// <summary>The links to look at, each with its failures: of each class as many as wanted, spread over its severities.</summary>
    private List<LinkJob> Jobs(LinkFailureStudy study) =>
    [
        .. new[] { ShiftClass.Moderate, ShiftClass.Drastic }
            .SelectMany(shift => Spread(
                [
                    .. study.Responses.SelectMany(response => response.Shifts.Where(link => link.Class == shift).Select(link => (Response: response, Shift: link)))
                        .OrderBy(pair => pair.Shift.Severity).ThenBy(pair => pair.Shift.Link),
                ]))
            .GroupBy(pair => pair.Shift.Link)
            .OrderBy(link => link.Key)
            .Select(link => new LinkJob(link.Key, [.. link])),
    ];

    private IEnumerable<(FailureResponse Response, LinkShift Shift)> Spread(List<(FailureResponse Response, LinkShift Shift)> pairs)
    {
        var wanted = Math.Min(_settings.PairsPerClass, pairs.Count);
        return Enumerable.Range(0, wanted).Select(place => pairs[(int)((place + 0.5) * pairs.Count / wanted)]);
    }

    private (ShiftedLink[] Links, double[] Seconds, ExampleForecasts? Example) RunLink(LinkFailureStudy study, ulong seed, LinkJob job, LinkShift? exampleLink)
    {
        var capacity = study.Topology.Links[job.Link].CapacityKilobits / 1000;
        var history = study.Normal.Series(job.Link, 0, History);
        var series = job.Shifts.Select(pair => study.Series(pair.Response, job.Link)).ToArray();
        var scores = job.Shifts.Select(_ => new ShiftScore[_models.Count][]).ToArray();
        var alerts = job.Shifts.Select(_ => new AlertCounts[_models.Count]).ToArray();
        var seconds = new double[_models.Count];
        var workspaces = new FleetWorkspaces();
        ExampleForecasts? example = null;
        for (var model = 0; model < _models.Count; model++)
        {
            var run = new LinkRun(_models[model], _task, (seed << 32) + (ulong)job.Link, workspaces, history);
            for (var pair = 0; pair < series.Length; pair++)
            {
                var (response, shift) = job.Shifts[pair];
                var made = run.GoOn(series[pair]);
                scores[pair][model] =
                    [.. _task.Horizons.Select((horizon, h) => ShiftScore.Of(series[pair], made[h], horizon, response.Case.Bin, capacity))];
                alerts[pair][model] = Alerts(series[pair], made, response.Case.Bin, _settings.AlertAbove * capacity);
                if (ReferenceEquals(shift, exampleLink))
                {
                    example ??= EmptyExample(study, job.Link, response, series[pair]);
                    example.Forecasts[model] = [.. made[0].AsSpan(example.FirstBin - _task.Horizons[0], example.Loads.Length)];
                }
            }

            seconds[model] = run.Seconds;
        }

        var links = job.Shifts.Select((pair, place) => new ShiftedLink(
            seed, pair.Response.Case.Cable, pair.Response.Case.Bin, study.Topology.LinkNames[job.Link], pair.Shift.Class, pair.Shift.Severity, capacity,
            scores[place], alerts[place]));
        return ([.. links], seconds, example);
    }

    /// <summary>Alerts from a day before the failure on, whose errors they learn from; those from the failure on are judged.</summary>
    private AlertCounts Alerts(double[] series, double[][] made, int failure, double threshold)
    {
        var alert = new ThresholdAlert(_task.Horizons, threshold, _settings.AlertProbability);
        Span<double> forecasts = stackalloc double[made.Length];
        for (var bin = failure - Day; bin < series.Length; bin++)
        {
            for (var h = 0; h < made.Length; h++)
            {
                forecasts[h] = made[h][bin];
            }

            alert.Step(bin - failure + Day, series[bin], forecasts, judged: bin >= failure, out _);
        }

        return alert.Counts;
    }

    private ExampleForecasts EmptyExample(LinkFailureStudy study, int link, FailureResponse response, double[] series)
    {
        var first = response.Case.Bin - (Day / 2);
        return new ExampleForecasts(
            study.Topology.LinkNames[link], response.Case.Cable, response.Case.Bin, first,
            series[first..Math.Min(series.Length, response.Case.Bin + Day)], new double[_models.Count][]);
    }

    private sealed record LinkJob(int Link, IReadOnlyList<(FailureResponse Response, LinkShift Shift)> Shifts);
}
