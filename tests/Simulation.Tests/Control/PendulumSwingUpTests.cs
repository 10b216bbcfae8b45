using StreamLearn.Simulation.Control;
using StreamLearn.Simulation.Control.Mechanics;

namespace StreamLearn.Simulation.Tests.Control;

public sealed class PendulumSwingUpTests
{
    private const double Step = 0.02;

    [Fact]
    public void Given_no_damping_and_no_torque_then_energy_stays_near_where_it_was_for_a_minute_and_does_not_drift()
    {
        var physics = new PendulumPhysics(Step, damping: 0);
        physics.Start(angle: 1, velocity: 0);
        var energy = physics.Energy;
        var (first, last) = (0.0, 0.0);
        for (var frame = 0; frame < 3000; frame++)
        {
            physics.Advance(0);
            Assert.InRange(Math.Abs(physics.Energy - energy), 0, 0.06 * PendulumPhysics.GravityTorque);
            if (frame < 1000)
                first += physics.Energy / 1000;
            if (frame >= 2000)
                last += physics.Energy / 1000;
        }

        Assert.InRange(Math.Abs(last - first), 0, 0.002 * PendulumPhysics.GravityTorque);
    }

    [Fact]
    public void Given_a_small_swing_then_its_period_is_that_of_the_linear_pendulum()
    {
        var physics = new PendulumPhysics(Step, damping: 0);
        physics.Start(Math.PI + 0.01, 0);

        var period = Swings.MeanPeriod(
            Step, 50, () =>
            {
                physics.Advance(0);
                return physics.Angle - Math.PI;
            });

        // 2 pi sqrt(0.251 / 4.905).
        Assert.Equal(1.42135, period, 0.001);
    }

    [Fact]
    public void Given_damping_then_it_comes_to_rest_hanging()
    {
        var physics = new PendulumPhysics(Step);
        physics.Start(0.5, 0);
        for (var frame = 0; frame < 5000; frame++)
            physics.Advance(0);

        Assert.Equal(-PendulumPhysics.GravityTorque, physics.Energy, 1e-6);
    }

    [Fact]
    public void Given_full_torque_from_rest_hanging_then_the_motor_cannot_lift_it_at_once()
    {
        var physics = new PendulumPhysics(Step);
        physics.Start(Math.PI, 0);
        var highest = double.NegativeInfinity;
        for (var frame = 0; frame < 1000; frame++)
        {
            physics.Advance(1);
            highest = Math.Max(highest, Math.Cos(physics.Angle));
        }

        Assert.True(highest < 0, $"It came to cos = {highest}.");
    }

    [Fact]
    public void Given_a_state_then_it_is_observed_as_cosine_sine_and_velocity_and_rewarded_within_8_degrees_of_upright()
    {
        var world = new PendulumSwingUp(1);
        var observation = new float[3];
        world.ResetTo(Math.PI / 6, -2);
        world.Observe(observation);

        Assert.Equal([(float)Math.Cos(Math.PI / 6), (float)Math.Sin(Math.PI / 6), -2], observation);
        Assert.Equal(0, world.Step([0]).Reward);
        world.ResetTo(7 * Math.PI / 180, 0);
        Assert.Equal(1, world.Step([-1]).Reward);
    }
}
