using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.Supervised.Scores;

namespace StreamLearn.Learners.Supervised;

/// <summary>How the learners of some keys of a pipeline of the task <c>classify</c> or <c>regress</c> stand.</summary>
public sealed class SupervisedMeasures : TaskMeasures
{
    private const int Views = SupervisedKeyReport.Views;

    private static readonly (ScoreView View, string Suffix, string Past)[] Pasts =
    [
        (ScoreView.SinceStart, "", "since the start"),
        (ScoreView.Windowed, "_windowed", "over the last task.scoring.window labels of each key"),
        (ScoreView.Fading, "_fading", "each label weighing task.scoring.fading of the one after it"),
    ];

    private static readonly Measure Predicted = Measure.Count("predicted", "{record}", MeasureScope.Pipeline, "records that were predicted");
    private static readonly Measure Learned = Measure.Count("learned", "{label}", MeasureScope.Pipeline, "labels that came together with their features");
    private static readonly Measure Waiting = Measure.Count("waiting", "{record}", MeasureScope.Pipeline, "features that wait for their label");
    private static readonly Measure Joined = Measure.Count("joined", "{label}", MeasureScope.Pipeline, "labels that found their features by the id");
    private static readonly Measure Missed = Measure.Count("missed", "{record}", MeasureScope.Pipeline, "features without a label within the time to live");
    private static readonly Measure Overflowed = Measure.Count("overflowed", "{record}", MeasureScope.Pipeline, "features that made room for newer ones first");
    private static readonly Measure Late = Measure.Count(
        "late", "{label}", MeasureScope.Pipeline, "labels whose features had waited too long, or had made room");
    private static readonly Measure Held = Measure.Count("held", "{label}", MeasureScope.Pipeline, "labels that came before their features, and waited");
    private static readonly Measure Unknown = Measure.Count("unknown", "{label}", MeasureScope.Pipeline, "labels whose features have not been seen");
    private static readonly Measure Duplicates = Measure.Count(
        "duplicates", "{label}", MeasureScope.Pipeline, "labels of features that had had theirs");
    private static readonly Measure DuplicateFeatures = Measure.Count(
        "duplicate_features", "{record}", MeasureScope.Pipeline, "features whose id had been predicted on");
    private static readonly Measure Classes = Measure.Count("classes", "{class}", MeasureScope.Pipeline, "most classes that a key knows");

    private static readonly Measure Batches = Measure.Count("batches", "{batch}", MeasureScope.Pipeline, "mini-batches of the own learner");
    private static readonly Measure Masked = Measure.Count(
        "masked", "{sample}", MeasureScope.Pipeline, "samples of these whose loss was not finite: they count nothing");
    private static readonly Measure EffectiveSampleSize = new(
        "effective_sample_size", "{sample}", MeasureScope.Pipeline, "samples that the weighted ones of the last mini-batch are worth, mean over keys");
    private static readonly Measure MaxWeight = new(
        "max_weight", "1", MeasureScope.Pipeline, "largest weight in the last mini-batch of a key, 1 where all samples count alike");
    private static readonly Measure LossRange = new(
        "loss_range", "1", MeasureScope.Pipeline, "largest less smallest loss of the last mini-batch, mean over keys");

    private static readonly Measure Scored = Measure.Count("scored", "{label}", MeasureScope.Pipeline, "labels that predictions were scored by");

    private static readonly Measure[] Accuracy = ByView("accuracy", "share of labels whose class was the most probable one,");
    private static readonly Measure[] Kappa = ByView("kappa", "accuracy over chance, which is taken of each key by itself,");
    private static readonly Measure[] KappaTemporal = ByView("kappa_temporal", "accuracy over that of saying the last label,");
    private static readonly Measure[] LogLoss = ByView("log_loss", "mean -ln of the label's probability, which counts as 1e-6 at least,");
    private static readonly Measure[] Brier = ByView("brier", "mean Brier score, 0 to 2,");
    private static readonly Measure[] CalibrationError = ByView("calibration_error", "expected calibration error over tenths of the largest probability,");

    private static readonly Measure[] Mae = ByView("mae", "mean absolute error in units of the key's scale, mean over keys,");
    private static readonly Measure[] Rmse = ByView("rmse", "root of the mean squared error in units of the key's scale, mean over keys,");
    private static readonly Measure[] Smape = ByView("smape", "symmetric mean absolute percentage error, 0 to 2, mean over keys,");
    private static readonly Measure[] Skill = ByView("skill", "1 - MAE / MAE of the last target,");

    private readonly bool _isClassification;
    private readonly int _learners;

    // By learner, then by view; of numbers the last target's after the learners'.
    private readonly ClassSums[] _classes;
    private readonly MeanErrors[] _errors;

    private long _predicted;
    private long _learned;
    private long _waiting;
    private long _mostClasses;
    private double _scored;
    private JoinCounts _join;
    private long _batches;
    private long _masked;
    private long _weighing;
    private double _effectiveSampleSize;
    private double _maxWeight = double.NaN;
    private double _lossRange;

    /// <param name="plan">Whose learners.</param>
    internal SupervisedMeasures(SupervisedPlan plan)
        : base(plan.Learners.Count)
    {
        _isClassification = plan.Task.IsClassification;
        _learners = plan.Learners.Count;
        _classes = new ClassSums[_isClassification ? _learners * Views : 0];
        Array.Fill(_classes, ClassSums.None);
        _errors = new MeanErrors[_isClassification ? 0 : (_learners + 1) * Views];
    }

    /// <summary>What there is of the task <c>classify</c>.</summary>
    internal static IReadOnlyList<Measure> OfClasses { get; } =
        [.. Common, .. OfRecords(), Classes, .. Accuracy, .. Kappa, .. KappaTemporal, .. LogLoss, .. Brier, .. CalibrationError];

    /// <summary>What there is of the task <c>regress</c>.</summary>
    internal static IReadOnlyList<Measure> OfNumbers { get; } = [.. Common, .. OfRecords(), .. Mae, .. Rmse, .. Smape, .. Skill];

    /// <summary>Adds what one key has beside what all tasks have.</summary>
    internal void AddRecords(long predicted, long learned, long waiting, JoinCounts join, long classes)
    {
        _predicted += predicted;
        _learned += learned;
        _waiting += waiting;
        _join += join;
        _mostClasses = Math.Max(_mostClasses, classes);
    }

    /// <summary>Adds the scores of one key.</summary>
    internal void AddScores(OutcomeScoring scores)
    {
        for (var at = 0; at < _classes.Length; at++)
        {
            _classes[at] += ((ClassScoring)scores).Of(at / Views, (ScoreView)(at % Views));
        }

        for (var at = 0; at < _errors.Length; at++)
        {
            _errors[at].Add(((TargetScoring)scores).Of(at / Views, (ScoreView)(at % Views)));
        }

        _scored += scores is TargetScoring targets ? targets.Of(0, ScoreView.SinceStart).Weight : 0;
    }

    /// <summary>Adds how one key's own learner has weighted its last mini-batch.</summary>
    internal void AddReweighting(ReweightingStanding standing)
    {
        _batches += standing.Steps;
        _masked += standing.Masked;
        if (standing.Samples > 0)
        {
            AddWeighing(1, standing.EffectiveSampleSize, standing.MaxWeight, standing.LossRange);
        }
    }

    private protected override void AddTask(TaskMeasures other)
    {
        var added = (SupervisedMeasures)other;
        AddRecords(added._predicted, added._learned, added._waiting, added._join, added._mostClasses);
        for (var at = 0; at < _classes.Length; at++)
        {
            _classes[at] += added._classes[at];
        }

        for (var at = 0; at < _errors.Length; at++)
        {
            _errors[at].Add(added._errors[at]);
        }

        _scored += added._scored;
        _batches += added._batches;
        _masked += added._masked;
        if (added._weighing > 0)
        {
            AddWeighing(added._weighing, added._effectiveSampleSize, added._maxWeight, added._lossRange);
        }
    }

    private protected override IEnumerable<MeasuredValue> TaskValues()
    {
        yield return new MeasuredValue(Predicted, 0, 0, _predicted);
        yield return new MeasuredValue(Learned, 0, 0, _learned);
        yield return new MeasuredValue(Scored, 0, 0, _isClassification ? _classes[(int)ScoreView.SinceStart].Weight : _scored);
        yield return new MeasuredValue(Waiting, 0, 0, _waiting);
        yield return new MeasuredValue(Joined, 0, 0, _join.Joined);
        yield return new MeasuredValue(Missed, 0, 0, _join.Missing);
        yield return new MeasuredValue(Overflowed, 0, 0, _join.Overflowed);
        yield return new MeasuredValue(Late, 0, 0, _join.Late);
        yield return new MeasuredValue(Held, 0, 0, _join.Held);
        yield return new MeasuredValue(Unknown, 0, 0, _join.Unknown);
        yield return new MeasuredValue(Duplicates, 0, 0, _join.Duplicates);
        yield return new MeasuredValue(DuplicateFeatures, 0, 0, _join.DuplicateDecisions);
        yield return new MeasuredValue(Batches, 0, 0, _batches);
        yield return new MeasuredValue(Masked, 0, 0, _masked);
        yield return new MeasuredValue(EffectiveSampleSize, 0, 0, _effectiveSampleSize / _weighing);
        yield return new MeasuredValue(MaxWeight, 0, 0, _maxWeight);
        yield return new MeasuredValue(LossRange, 0, 0, _lossRange / _weighing);
        if (_isClassification)
        {
            yield return new MeasuredValue(Classes, 0, 0, _mostClasses);
        }

        for (var learner = 0; learner < _learners; learner++)
        {
            for (var view = 0; view < Views; view++)
            {
                foreach (var (measure, value) in _isClassification ? ClassValues(learner, view) : NumberValues(learner, view))
                {
                    yield return new MeasuredValue(measure, learner, 0, value);
                }
            }
        }
    }

    private static Measure[] OfRecords() =>
    [
        Predicted, Learned, Scored, Waiting, Joined, Missed, Overflowed, Late, Held, Unknown, Duplicates, DuplicateFeatures, Batches, Masked,
        EffectiveSampleSize, MaxWeight, LossRange,
    ];

    private static Measure[] ByView(string name, string meaning) =>
        [.. Pasts.Select(past => new Measure(name + past.Suffix, "1", MeasureScope.Learner, $"{meaning} {past.Past}"))];

    private void AddWeighing(long keys, double effectiveSampleSize, double maxWeight, double lossRange)
    {
        _weighing += keys;
        _effectiveSampleSize += effectiveSampleSize;
        _maxWeight = double.IsNaN(_maxWeight) ? maxWeight : Math.Max(_maxWeight, maxWeight);
        _lossRange += lossRange;
    }

    private (Measure Measure, double Value)[] ClassValues(int learner, int view)
    {
        var scores = _classes[(learner * Views) + view].Scores();
        return
        [
            (Accuracy[view], scores.Accuracy), (Kappa[view], scores.Kappa), (KappaTemporal[view], scores.KappaTemporal), (LogLoss[view], scores.LogLoss),
            (Brier[view], scores.Brier), (CalibrationError[view], scores.CalibrationError),
        ];
    }

    private (Measure Measure, double Value)[] NumberValues(int learner, int view)
    {
        var own = _errors[(learner * Views) + view];
        return
        [
            (Mae[view], own.Mae), (Rmse[view], own.Rmse), (Smape[view], own.Smape),
            (Skill[view], MeanErrors.Skill(own.Mae, _errors[(_learners * Views) + view].Mae)),
        ];
    }
}
