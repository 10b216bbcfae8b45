using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Forecasting;

/// <summary>A drift detector as a pipeline has chosen it. Every key has its own.</summary>
/// <param name="Registration">Which detector.</param>
/// <param name="Options">Its settings; what is not set has its default.</param>
/// <param name="On">What it watches.</param>
/// <param name="Reaction">What the pipeline's own learner does at an alarm.</param>
public sealed record DriftChoice(
    DriftDetectorRegistration Registration,
    OptionSet Options,
    DriftSignal On = DriftSignal.Error,
    DriftReaction Reaction = DriftReaction.None);
