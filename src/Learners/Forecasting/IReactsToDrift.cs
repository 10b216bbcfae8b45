using StreamLearn.Learners.Drift;

namespace StreamLearn.Learners.Forecasting;

/// <summary>
/// A forecaster that does something about a drift alarm. Which reactions it knows stands in its <see
/// cref="LearnerRegistration.Reactions"/>.
/// </summary>
public interface IReactsToDrift
{
    /// <summary>
    /// Called at an alarm, after the forecasts due at a record were scored and before <see cref="IForecaster.Learn"/> takes it in: the
    /// record that shows the change is the first that is learned in the new way. With several alarms at one record, once for each, in the
    /// order of the pipeline's detectors. Whatever it changes is part of the learner's state; forecasts stay finite. It may allocate.
    /// </summary>
    /// <param name="reaction">One of those that the registration names; never <see cref="DriftReaction.None"/>.</param>
    void React(DriftReaction reaction);
}
