using System.Text;
using StreamLearn.Learners;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Options;

namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>One pass of the learner <c>gpt</c> over a mixture of texts: each sequence is scored under the weights before the step that learns it.</summary>
/// <param name="Marks">How it stood, at even distances over the run; the last at its end.</param>
internal sealed record TextRun(IReadOnlyList<TextRun.Mark> Marks)
{
    private const int MarkCount = 20;

    /// <summary>How a run stood.</summary>
    /// <param name="Seconds">Of processor time spent on learning so far; nothing else is to run in the process.</param>
    /// <param name="Domains">Losses so far, by domain.</param>
    /// <param name="Weights">Mean weight times M that sequences of each domain were given so far.</param>
    internal sealed record Mark(double Seconds, IReadOnlyDictionary<string, LossSums> Domains, IReadOnlyDictionary<string, double> Weights);

    /// <summary>Seconds that learning took.</summary>
    internal double Seconds => Marks[^1].Seconds;

    /// <summary>Mean over the domains of the mean loss of their tokens, in nats, from one mark (-1: the start) to another.</summary>
    internal double Loss(int from, int to) => Losses(from, to).Average();

    /// <summary>The same of the domain that has the largest.</summary>
    internal double WorstLoss(int from, int to) => Losses(from, to).Max();

    /// <summary>The mean over the last fifth.</summary>
    internal double LateLoss => Loss(Late, Marks.Count - 1);

    /// <summary>The worst domain's over the last fifth.</summary>
    internal double LateWorstLoss => WorstLoss(Late, Marks.Count - 1);

    /// <summary>The mean loss of the fifth of the marks that ends where so many seconds have been spent, between marks linearly.</summary>
    internal double LateLossAt(double seconds)
    {
        var at = 0;
        while (at < Marks.Count - 1 && Marks[at].Seconds < seconds)
        {
            at++;
        }

        var width = Marks.Count / 5;
        var here = Loss(Math.Max(-1, at - width), at);
        if (at == 0 || Marks[at].Seconds <= seconds)
        {
            return here;
        }

        var share = (seconds - Marks[at - 1].Seconds) / (Marks[at].Seconds - Marks[at - 1].Seconds);
        return (share * here) + ((1 - share) * Loss(Math.Max(-1, at - 1 - width), at - 1));
    }

    private int Late => Marks.Count - 1 - (Marks.Count / 5);

    /// <summary>Runs it. Texts, their order and the initial weights depend on the seed alone.</summary>
    /// <param name="documents">The texts.</param>
    /// <param name="settings">The learner's settings.</param>
    /// <param name="context">Tokens of a sequence.</param>
    /// <param name="bytes">Bytes of text, nearly.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="cancellation">Ends it.</param>
    internal static TextRun Of(MixedTexts documents, IReadOnlyDictionary<string, string> settings, int context, long bytes, ulong seed, CancellationToken cancellation)
    {
        var task = new LanguageTask { Domains = documents.Domains, Context = context };
        var plan = new LanguagePlan(task, [new LearnerChoice(LearnerCatalog.Find(LanguageTask.Name, "gpt")!, new OptionSet("learner", settings))], seed, maxKeys: 1);
        using var fleet = plan.CreateFleet(1);
        byte[][] names = [.. documents.Domains.Select(Encoding.UTF8.GetBytes)];
        var writer = new LanguageRecordWriter();
        var marks = new List<Mark>();
        var seconds = 0.0;
        var (given, offset) = (0L, 0L);
        var started = Environment.CpuUsage.TotalTime;
        foreach (var (domain, text) in documents.Mixture(seed, bytes))
        {
            cancellation.ThrowIfCancellationRequested();
            writer.Truncate(0);
            writer.Write(names[domain], text);
            var example = new ExampleBatch([offset], [offset], [ExampleKind.Example], [], [0], [], 0, payloads: writer.Written.ToArray(), payloadEnds: [writer.Length]);
            offset++;
            var predictions = PredictionBatch.Allocate(1, fleet.PredictionWidth);
            fleet.Process(example, 0, predictions);
            given += text.Length;
            if (given >= bytes * (marks.Count + 1) / MarkCount)
            {
                seconds += (Environment.CpuUsage.TotalTime - started).TotalSeconds;
                marks.Add(MarkOf(plan, fleet, seconds));
                started = Environment.CpuUsage.TotalTime;
            }
        }

        return new TextRun(marks);
    }

    private static Mark MarkOf(LanguagePlan plan, Learners.Fleets.ILearnerFleet fleet, double seconds)
    {
        var domains = ((LanguageSummary)plan.Summarize(fleet.Report())).ScoreOf(0).Domains;
        return new Mark(seconds, domains.ToDictionary(domain => domain.Domain, domain => domain.Total), domains.ToDictionary(domain => domain.Domain, domain => domain.Weight));
    }

    private IEnumerable<double> Losses(int from, int to) => Marks[to].Domains.Select(domain =>
    {
        var before = from >= 0 && Marks[from].Domains.TryGetValue(domain.Key, out var sums) ? sums : default;
        return (domain.Value.Nats - before.Nats) / (domain.Value.Tokens - before.Tokens);
    });
}
