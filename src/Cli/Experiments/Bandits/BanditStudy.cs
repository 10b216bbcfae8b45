using System.Globalization;
using StreamLearn.Cli.Commands;
using StreamLearn.Simulation.Bandits.Tabular;

namespace StreamLearn.Cli.Experiments.Bandits;

/// <summary>All learners of bandits on all data sets, one run after the other, so that none disturbs another's rate.</summary>
internal sealed class BanditStudy
{
    /// <summary>The rounds at which tables tell the regret, besides the last one.</summary>
    internal static readonly IReadOnlyList<int> TableMarks = [1000, 2000, 5000];

    private const int PointsOfCurve = 100;

    private readonly BanditStudySettings _settings;
    private readonly IReadOnlyList<BanditContender> _contenders;
    private readonly IReadOnlyList<BanditStudySet> _sets;

    /// <exception cref="UsageException">A set or a row has no such name, or there is nothing to run on.</exception>
    internal BanditStudy(BanditStudySettings settings)
    {
        _settings = settings;
        _contenders = Chosen(BanditContender.All, contender => contender.Name, settings.Learners, "--learner");
        _sets = [.. Chosen(BanditStudySet.All, set => set.Name, settings.Sets, "--dataset").Where(Wanted)];
        if (!Directory.Exists(settings.Folder) && _sets.Any(set => set.Make is null))
        {
            throw new UsageException($"--data is '{settings.Folder}'; expected a folder with tabular files such as {_sets.First(set => set.Make is null).Name}.csv.gz.");
        }

        bool Wanted(BanditStudySet set) => set.Group != BanditSetGroup.Extra || settings.WithExtra || settings.Sets.Count > 0;
    }

    /// <summary>Runs it.</summary>
    /// <param name="say">Receives a line for each set.</param>
    /// <param name="time">Clock of the rates.</param>
    /// <param name="cancellation">Ends it.</param>
    internal BanditStudyResult Run(Action<string> say, TimeProvider time, CancellationToken cancellation)
    {
        var scores = new List<BanditStudyScores>();
        foreach (var set in _sets)
        {
            if (set.Make is null && !File.Exists(set.FileIn(_settings.Folder)))
            {
                say($"{set.Name}: {set.FileIn(_settings.Folder)} is not there, left out");
                continue;
            }

            var started = time.GetTimestamp();
            scores.Add(RunOn(set, set.Make?.Invoke() ?? TabularFile.Read(set.FileIn(_settings.Folder)), time, cancellation));
            say(string.Create(CultureInfo.InvariantCulture, $"{set.Name}: {_contenders.Count} rows in {time.GetElapsedTime(started).TotalSeconds:0} s"));
        }

        return scores.Count > 0
            ? new BanditStudyResult(_settings, _contenders, scores)
            : throw new UsageException($"--data is '{_settings.Folder}', which has none of the sets; expected {string.Join(", ", _sets.Select(set => $"{set.Name}.csv.gz"))}.");
    }

    private BanditStudyScores RunOn(BanditStudySet set, TabularData data, TimeProvider time, CancellationToken cancellation)
    {
        var bandit = new TabularBandit(data);
        var rounds = Math.Min(_settings.Rounds, data.Rows);
        int[] marks =
        [
            .. Enumerable.Range(1, PointsOfCurve).Select(point => (int)((long)rounds * point / PointsOfCurve)).Concat(TableMarks.Where(mark => mark <= rounds))
                .Where(mark => mark > 0).Distinct().Order(),
        ];
        BanditRuns?[] runs =
        [
            .. _contenders.Select(contender => data.Features > contender.MostFeatures
                ? null
                : BanditRuns.Of(bandit, contender.Learner, _settings.FirstSeed, _settings.Seeds, rounds, marks, time, cancellation)),
        ];
        return new BanditStudyScores(set, data.Rows, data.Features, data.Labels.Count, rounds, runs);
    }

    private static IReadOnlyList<T> Chosen<T>(IReadOnlyList<T> all, Func<T, string> nameOf, IReadOnlyList<string> names, string option)
    {
        foreach (var name in names)
        {
            if (all.All(item => nameOf(item) != name))
            {
                throw new UsageException($"{option} is '{name}'; expected one of {string.Join("; ", all.Select(nameOf))}.");
            }
        }

        return names.Count == 0 ? all : [.. all.Where(item => names.Contains(nameOf(item)))];
    }
}
