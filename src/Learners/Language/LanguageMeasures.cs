using StreamLearn.Learners.Measures;

namespace StreamLearn.Learners.Language;

/// <summary>How the learners of some keys of a language pipeline stand.</summary>
public sealed class LanguageMeasures : TaskMeasures
{
    private static readonly Measure Learned = Measure.Count("learned", "{text}", MeasureScope.Pipeline, "texts that the own learner has learned from");
    private static readonly Measure Steps = Measure.Count("steps", "{step}", MeasureScope.Pipeline, "training steps of the own learner");

    private static readonly Measure Waiting = Measure.Count(
        "waiting", "{sequence}", MeasureScope.Pipeline, "sequences that wait for their mini-batch, those with room for more texts included");

    private static readonly Measure Dropped = Measure.Count(
        "dropped", "{sequence}", MeasureScope.Pipeline, "sequences that the mixture of domains had no use for");

    private static readonly Measure Masked = Measure.Count(
        "masked", "{sequence}", MeasureScope.Pipeline, "sequences that were not learned from because their loss was not finite");

    private static readonly Measure Domains = Measure.Count("domains", "{domain}", MeasureScope.Pipeline, "domains that have been scored");

    private static readonly Measure EffectiveSampleSize = new(
        "ess", "{sequence}", MeasureScope.Pipeline, "sequences that the last mini-batches are worth, as they were weighted: 1 / sum of squared weights");

    private static readonly Measure MaxWeight = new(
        "max_weight", "1", MeasureScope.Pipeline, "the largest weight of a sequence in the last mini-batches; 1 where all count alike");

    private static readonly Measure LossRange = new(
        "loss_range", "1", MeasureScope.Pipeline, "largest less smallest loss of a sequence in the last mini-batches, nats a token");

    private static readonly Measure Tokens = Measure.Count("tokens", "{token}", MeasureScope.Learner, "tokens scored, ends of documents included");

    private static readonly Measure Perplexity = new(
        "perplexity", "1", MeasureScope.Learner, "perplexity of a token before it was learned, since the start");

    private static readonly Measure WindowPerplexity = new("perplexity_window", "1", MeasureScope.Learner, "the same, over the last tokens of each key");
    private static readonly Measure FadingPerplexity = new("perplexity_fading", "1", MeasureScope.Learner, "the same, older tokens counting less");

    private static readonly Measure DomainMeanPerplexity = new(
        "perplexity_domain_mean", "1", MeasureScope.Learner, "the same, all domains counting alike");

    private static readonly Measure WorstDomainPerplexity = new(
        "perplexity_worst_domain", "1", MeasureScope.Learner, "the same, of the domain where it is largest");

    private static readonly Measure BitsPerByte = new("bits_per_byte", "bit", MeasureScope.Learner, "bits for each byte of text, since the start");

    private readonly LanguageTotals[] _totals;
    private long _learned;
    private SequenceTraining _training;

    /// <param name="plan">Whose learners.</param>
    internal LanguageMeasures(LanguagePlan plan)
        : base(plan.Learners.Count) => _totals = [.. plan.Learners.Select(_ => new LanguageTotals())];

    /// <summary>What there is.</summary>
    internal static IReadOnlyList<Measure> All { get; } =
    [
        .. Common, Learned, Steps, Waiting, Dropped, Masked, Domains, EffectiveSampleSize, MaxWeight, LossRange,
        Tokens, Perplexity, WindowPerplexity, FadingPerplexity, DomainMeanPerplexity, WorstDomainPerplexity, BitsPerByte,
    ];

    /// <summary>Adds how one key's own learner has been trained.</summary>
    internal void AddTraining(long learned, SequenceTraining training)
    {
        _learned += learned;
        _training += training;
    }

    /// <summary>Adds one key's scores of a learner.</summary>
    internal void AddScores(int learner, IReadOnlyList<string> domains, LanguageScores scores) => _totals[learner].Add(domains, scores);

    private protected override void AddTask(TaskMeasures other)
    {
        var added = (LanguageMeasures)other;
        AddTraining(added._learned, added._training);
        for (var i = 0; i < _totals.Length; i++)
        {
            _totals[i].Add(added._totals[i]);
        }
    }

    private protected override IEnumerable<MeasuredValue> TaskValues()
    {
        var own = _totals[0].Score();
        var hasSteps = _training.Sequences > 0;
        yield return new MeasuredValue(Learned, 0, 0, _learned);
        yield return new MeasuredValue(Steps, 0, 0, _training.Steps);
        yield return new MeasuredValue(Waiting, 0, 0, _training.Waiting);
        yield return new MeasuredValue(Dropped, 0, 0, _training.Dropped);
        yield return new MeasuredValue(Masked, 0, 0, _training.Masked);
        yield return new MeasuredValue(Domains, 0, 0, own.Domains.Count);
        yield return new MeasuredValue(EffectiveSampleSize, 0, 0, hasSteps ? _training.EffectiveSampleSize : double.NaN);
        yield return new MeasuredValue(MaxWeight, 0, 0, hasSteps ? _training.MaxWeight : double.NaN);
        yield return new MeasuredValue(LossRange, 0, 0, hasSteps ? _training.LossRange : double.NaN);
        for (var i = 0; i < _totals.Length; i++)
        {
            var score = i == 0 ? own : _totals[i].Score();
            yield return new MeasuredValue(Tokens, i, 0, score.Total.Tokens);
            yield return new MeasuredValue(Perplexity, i, 0, score.Total.Perplexity);
            yield return new MeasuredValue(WindowPerplexity, i, 0, score.Window.Perplexity);
            yield return new MeasuredValue(FadingPerplexity, i, 0, score.Fading.Perplexity);
            yield return new MeasuredValue(DomainMeanPerplexity, i, 0, score.DomainMeanPerplexity);
            yield return new MeasuredValue(WorstDomainPerplexity, i, 0, score.WorstDomainPerplexity);
            yield return new MeasuredValue(BitsPerByte, i, 0, score.Total.BitsPerByte);
        }
    }
}
