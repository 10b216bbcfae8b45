using StreamLearn.Simulation.Control.Mechanics;

namespace StreamLearn.Simulation.Tests.Control.Mechanics;

/// <summary>
/// Against MuJoCo 3.3.8 itself (the WebAssembly module of the npm package mujoco-js 0.0.7), with models that have the masses, joints, motors
/// and options of dm_control's files: the states that it comes to from the same start with the same controls.
/// </summary>
public sealed class MujocoAgreementTests
{
    [Theory]
    [InlineData(1, 2.5105936851649484, 0.5296842582474235)]
    [InlineData(50, 3.4023486637829317, -3.8070444972423063)]
    [InlineData(200, 3.6623500436791487, -5.39652447792214)]
    public void Given_a_pendulum_with_a_torque_that_swings_then_angle_and_velocity_are_mujocos(int frames, double angle, double velocity)
    {
        var physics = new PendulumPhysics(0.02);
        physics.Start(2.5, 0.3);
        for (var frame = 0; frame < frames; frame++)
            physics.Advance(Sine(frame, 70));

        Assert.Equal(angle, physics.Angle, 1e-9);
        Assert.Equal(velocity, physics.Velocity, 1e-9);
    }

    [Theory]
    [InlineData(1, 0.10000487148177695, 2.9981079998772713, 0.0009762956903011516, -0.1783527471384397)]
    [InlineData(50, 0.3233727756934641, 3.37858797665718, 0.6491598885404566, 0.8631160459919353)]
    [InlineData(200, 0.8197240073400969, 3.2510452330450486, 0.7630091166974956, 1.332352285237313)]
    public void Given_a_cart_with_a_force_that_swings_then_its_state_is_mujocos(
        int frames, double position, double angle, double velocity, double angularVelocity)
    {
        var physics = new CartPolePhysics(0.01);
        physics.Start(new CartPoleState(0.1, 3, 0, -0.2));
        for (var frame = 0; frame < frames; frame++)
            physics.Advance(10 * 0.3 * Sine(frame, 80));

        Near(new CartPoleState(position, angle, velocity, angularVelocity), physics.State, 1e-9);
    }

    /// <summary>It meets the stop at frame 61.</summary>
    [Theory]
    [InlineData(40, 0.7643053700923612, 4.026989432259508, 3.733191567002332, 3.377436085374209)]
    [InlineData(70, 1.970356990380311, 4.631344898756467, 0.046171472643982525, -0.40239930612574387)]
    [InlineData(80, 1.9123125407954376, 4.511806762759292, -0.7522777298163805, -1.925171468236924)]
    [InlineData(100, 1.821946193424778, 3.8946725619743123, -0.18844343488244517, -4.069375471122461)]
    [InlineData(300, 1.802907760064355, 3.3321327021768266, 0.00015303209780856574, -4.64628097843238)]
    public void Given_a_cart_that_is_driven_into_the_stop_then_its_state_is_mujocos(
        int frames, double position, double angle, double velocity, double angularVelocity)
    {
        var physics = new CartPolePhysics(0.01);
        physics.Start(new CartPoleState(0, 3.1, 0, 0));
        for (var frame = 0; frame < frames; frame++)
            physics.Advance(10);

        Near(new CartPoleState(position, angle, velocity, angularVelocity), physics.State, 1e-6);
    }

    [Theory]
    [InlineData(1, 0.42221331777634447, -0.8824061029572347, 1.1106658888172225, 0.8796948521382681)]
    [InlineData(50, 1.1115952627951498, -0.7566346056888271, -1.6856069122622261, -0.48517966716652094)]
    [InlineData(200, 1.0817612874905413, -1.1235620793799903, 1.9488401657646879, -0.8256473733196915)]
    public void Given_an_arm_with_torques_that_swing_then_its_state_is_mujocos(
        int frames, double shoulder, double wrist, double shoulderVelocity, double wristVelocity)
    {
        var physics = new ReacherPhysics(0.02);
        physics.Start(0.4, -0.9, 1, 2);
        for (var frame = 0; frame < frames; frame++)
            physics.Advance(0.05 * 0.5 * Sine(frame, 60), 0.05 * -0.3 * Sine(frame, 45));

        Near((shoulder, wrist, shoulderVelocity, wristVelocity), physics, 1e-9);
    }

    /// <summary>The wrist meets its stop at frame 26.</summary>
    [Theory]
    [InlineData(20, -0.34611141354373676, 2.5471656023184743, -0.8127058481767758, 3.987313603658735)]
    [InlineData(40, -0.7573137117575309, 2.8594891888002127, -0.9900602082300283, -0.028837630914284058)]
    [InlineData(100, -1.9566323356579896, 2.8587697104613343, -1.0000000000033993, 0)]
    [InlineData(300, -5.95663233565813, 2.858769710460854, -1, 0)]
    public void Given_an_arm_that_is_driven_into_the_stop_then_its_state_is_mujocos(
        int frames, double shoulder, double wrist, double shoulderVelocity, double wristVelocity)
    {
        var physics = new ReacherPhysics(0.02);
        physics.Start(0, 1);
        for (var frame = 0; frame < frames; frame++)
            physics.Advance(0.05 * -0.2, 0.05 * 0.8);

        Near((shoulder, wrist, shoulderVelocity, wristVelocity), physics, 1e-6);
    }

    private static double Sine(int frame, double period) => Math.Sin(2 * Math.PI * frame / period);

    private static void Near(CartPoleState expected, CartPoleState found, double tolerance)
    {
        Assert.Equal(expected.Position, found.Position, tolerance);
        Assert.Equal(expected.Angle, found.Angle, tolerance);
        Assert.Equal(expected.Velocity, found.Velocity, tolerance);
        Assert.Equal(expected.AngularVelocity, found.AngularVelocity, tolerance);
    }

    private static void Near(
        (double Shoulder, double Wrist, double ShoulderVelocity, double WristVelocity) expected, ReacherPhysics found, double tolerance)
    {
        Assert.Equal(expected.Shoulder, found.Shoulder, tolerance);
        Assert.Equal(expected.Wrist, found.Wrist, tolerance);
        Assert.Equal(expected.ShoulderVelocity, found.ShoulderVelocity, tolerance);
        Assert.Equal(expected.WristVelocity, found.WristVelocity, tolerance);
    }
}
